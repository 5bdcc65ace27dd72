// What is small to send and large to take: refused before it costs anything. [S25]

import { type RequestOptions, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it, test } from 'vitest'
import { requestBytesMax } from '../../protocol/limits.ts'
import { addressOf, changing } from '../../test/support/every-route.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf, signUp, wideLimits } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, url } = parley
const ana = await signUp(parley, 'Ana')
const room = await roomOf(ana)
const { hostname, port } = new URL(url)

const inRoom = {
  ...{ roomId: room, userId: ana.id, seq: '1', emoji: '👍' },
  code: 'A'.repeat(22),
}

/** The status; 0 where the connection was cut before there was one. */
function asked(options: RequestOptions, body?: Readable): Promise<number> {
  return new Promise((resolve) => {
    const call = request({ hostname, port, ...options }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', () => resolve(0))
    if (body) pipeline(body, call).catch(() => undefined)
    else call.end()
  })
}

function* megabytes(count: number): Generator<Buffer> {
  for (let n = 0; n < count * 16; n += 1) yield Buffer.alloc(64 * 1024, '"')
}

describe('[S25 V-21 LIM4] ten megabytes are broken off, whoever reads them', () => {
  const routes = changing.filter(({ name }) => name !== 'restoreRoom') // It streams: exports.test.ts.

  test.each(routes.map((route) => [route.name, route] as const))('by %s', async (_, route) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${ana.token}` }
    const options = { method: route.method, path: `/api/v1${addressOf(route, inRoom)}`, headers }
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    const status = await asked({ ...options, headers: chunked }, Readable.from(megabytes(10)))
    expect([0, 413]).toContain(status)
    const length = { ...headers, 'content-length': String(10 * 1024 * 1024) }
    expect([0, 413]).toContain(await asked({ ...options, headers: length }, Readable.from([])))
  })
})

describe('[S25 V-4] a body within the limit is never more than its size', () => {
  const half = Math.floor(requestBytesMax / 2)

  test.each([
    ['lists 10,000 deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['objects as deep as it takes', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['lists as deep as the limit', '['.repeat(half) + ']'.repeat(half)],
    ['as many keys as it holds', `{${Array.from({ length: 6_000 }, (_, n) => `"k${n}":1`)}}`],
    ['a number that is none', '{"login":1e308,"password":1e999}'],
    ['a number as long as the limit', `{"login":${'9'.repeat(60_000)},"password":"x"}`],
    ['the same key again and again', `{${'"login":"a",'.repeat(4_000)}"password":"x","x":1}`],
  ])('%s', async (_, body) => {
    for (const path of ['/auth/login', `/rooms/${room}/messages`]) {
      const answer = await http('POST', path, { token: ana.token, body })
      expect([path, answer.status]).toEqual([path, 400])
      expect(answer.text.length).toBeLessThan(8_000)
    }
  })
})

it('[S25 V-18] headers by the thousand, or by the megabyte, cost nobody else anything', async () => {
  const bystander = new RoomSocket(url, room, ana.token)
  await bystander.welcome()
  const path = `/api/v1/rooms/${room}/socket`
  const upgrade = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`x-${n}`, 'x']))
  const bombs: Record<string, string>[] = [
    { ...upgrade, 'sec-websocket-protocol': 'a,'.repeat(500_000) },
    { ...upgrade, 'sec-websocket-protocol': ` ${' '.repeat(60_000)}` },
    { ...upgrade, 'sec-websocket-protocol': `parley.v1, ${'x'.repeat(60_000)}` },
    many,
    { cookie: `__Host-parley=${'x'.repeat(60_000)}` },
    { authorization: `Bearer ${'x'.repeat(60_000)}` },
  ]
  for (const headers of bombs) {
    const status = await asked({ path, headers })
    expect(status === 0 || (status >= 400 && status < 500), String(status)).toBe(true)
  }
  bystander.send({ type: 'sync', ref: 1, after: 1 })
  await bystander.until(({ type }) => type === 'changes')
  expect(bystander.isClosed).toBe(false)
  await bystander.close()
})
