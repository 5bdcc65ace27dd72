// The way to the socket: who is turned away before any room wakes.

import { request } from 'node:http'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { failures } from '../../protocol/failures.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf, signUp } from '../../test/support/parley.ts'
import { create } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const ann = await signUp(parley, 'Ann')
const room = await roomOf(ann)

interface Upgraded {
  readonly status: number
  readonly code?: string | undefined
  readonly protocol?: string | undefined
}

/** A raw upgrade: whatever a browser would not send, too. */
function upgrade(to: string, headers: Record<string, string>): Promise<Upgraded> {
  const asked = request(`${parley.url}/api/v1/rooms/${to}/socket`, {
    headers: {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  }).end()
  return new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: 101, protocol: response.headers['sec-websocket-protocol'] })
    })
    asked.on('response', async (response) => {
      const text = (await response.toArray()).join('')
      resolve({ status: response.statusCode ?? 0, code: JSON.parse(text).code })
    })
  })
}

const offer = (token: string) => ({ 'sec-websocket-protocol': `${SUBPROTOCOL}, ${token}` })

it('[P12 S2] opens with a token and answers with the protocol alone, never with the token', async () => {
  const own = { ...offer(ann.token), origin: parley.url }
  expect(await upgrade(room, own)).toEqual({ status: 101, protocol: SUBPROTOCOL })
  expect((await upgrade(room, offer(ann.token))).status).toBe(101)
})

it('[S1 V-26] refuses every origin that is not ours, whoever asks', async () => {
  const { port } = new URL(parley.url)
  const hostile = [
    'null',
    'https://evil.example',
    `http://localhost:${port}.evil.example`,
    `http://evil.example:${port}`,
    `http://localhost:${Number(port) + 1}`,
    'http://localhost',
    `https://localhost:${port}`,
    `http://LOCALHOST:${port}`,
    `http://user@localhost:${port}`,
    `http://localhost:${port}/`,
    `http://localhost:${port}@evil.example`,
    `http://evillocalhost:${port}`,
    `http://sub.localhost:${port}`,
    `http://127.0.0.1:${port}`,
    `http://xn--lcalhost-vie:${port}`,
    `ws://localhost:${port}`,
    `http://localhost:${port}, http://evil.example`,
    'file://',
    'ftp://localhost',
    'undefined',
    'about:blank',
    'data:text/html,x',
    'chrome-extension://abcdefghijklmnop',
    `http:localhost:${port}`,
    `//localhost:${port}`,
    `localhost:${port}`,
    `http://localhost.:${port}`,
    `http://localhost:0${port}`,
    `http://localhost:${port}#x`,
    `http://localhost:${port}?x`,
    `http://localhost:${port}\\@evil.example`,
    `http://[::1]:${port}`,
    `http://l\u00f6calhost:${port}`,
  ]
  expect(hostile.length).toBeGreaterThanOrEqual(30)
  for (const origin of hostile) {
    const refused = await upgrade(room, { ...offer(ann.token), origin })
    expect([origin, refused.status, refused.code]).toEqual([origin, 403, 'wrongOrigin'])
  }
})

it('[P12 S2 D-28] takes a token from nowhere but the protocol header', async () => {
  const bearer = { authorization: `Bearer ${ann.token}` }
  const cookie = { cookie: `__Host-parley=${ann.token}` }
  const nowhere = [{}, bearer, cookie, { 'sec-websocket-protocol': SUBPROTOCOL }, offer('x.y.z')]
  for (const headers of nowhere) {
    expect(await upgrade(room, headers)).toEqual({ status: 401, code: 'unauthenticated' })
  }
  const socket = await upgrade(`${room}/socket?token=${ann.token}&x=`, {})
  expect(socket.status).not.toBe(101)
})

it.each([
  ['a plain request', { upgrade: 'h2c' }, 'upgradeRequired'],
  ['another protocol', { 'sec-websocket-protocol': 'parley.v0, x' }, 'unsupportedProtocol'],
] as const)('tells %s what it wants', async (_, headers, code) => {
  const refused = await upgrade(room, headers)
  expect(refused).toEqual({ status: failures[code].status, code })
})

it('[D-21] finds no room where none was made, and a stranger is let into none', async () => {
  expect(await upgrade(uuidv7(), offer(ann.token))).toEqual({ status: 404, code: 'notFound' })
  expect((await upgrade('lobby', offer(ann.token))).code).toBe('notFound')
  const bob = await signUp(parley, 'Bob')
  expect(await upgrade(room, offer(bob.token))).toEqual({ status: 403, code: 'forbidden' })
})

it('[S15] tells a stranger of no mistake of theirs in a private room', async () => {
  const { id } = await create(ann, { visibility: 'private' })
  const eve = await signUp(parley, 'Eve')
  const nowhere = await upgrade(`${uuidv7()}/socket?after=x&y=`, offer(eve.token))
  expect(nowhere).toEqual({ status: 404, code: 'notFound' })
  expect(await upgrade(`${id}/socket?after=x&y=`, offer(eve.token))).toEqual(nowhere)
  const own = await upgrade(`${id}/socket?after=x&y=`, offer(ann.token))
  expect(own).toEqual({ status: 400, code: 'invalid' })
})
