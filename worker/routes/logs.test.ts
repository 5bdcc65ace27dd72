// The lines that operators read: their exact keys, their level, and nothing that is anybody's. [OPS3]

import { uuidv7 } from 'uuidv7'
import { describe, expect, it } from 'vitest'
import { newcomer } from '../../test/support/accounts.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'

const parley = await ownParley({ vars: { LOG_LEVEL: 'info' } })
const { http, url, postgres } = parley
const ann = await newcomer(http)
const room = await roomOf({ ...ann, name: 'Ann' })

type Line = Readonly<Record<string, unknown>>

/** Of all that was printed, the lines that are ours. */
const linesOf = ({ workerd }: typeof parley): Line[] =>
  workerd
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

async function lineOf({ headers }: { headers: Headers }): Promise<Line> {
  const requestId = headers.get('x-request-id')
  const find = () => linesOf(parley).filter((line) => line['requestId'] === requestId)
  await expect.poll(find).toHaveLength(1)
  return find()[0] ?? {}
}

const always = ['level', 'event', 'requestId', 'method', 'route', 'status', 'durationMs']
const ms = expect.any(Number)

describe('[OPS3 D-46] the line of a request', () => {
  it('that was answered', async () => {
    const line = await lineOf(await ann.ask('GET', `/rooms/${room}`))
    expect(Object.keys(line)).toEqual([...always, 'userId', 'roomId'])
    expect(line).toMatchObject({
      ...{ level: 'info', event: 'request', method: 'GET', route: '/api/v1/rooms/:roomId' },
      ...{ status: 200, durationMs: ms, userId: ann.id, roomId: room },
    })
  })

  it('that was refused, by a route, by the router, and before there was somebody', async () => {
    const refused = await lineOf(await ann.ask('POST', `/rooms/${room}/messages`, { id: 'x' }))
    expect(Object.keys(refused)).toEqual([...always, 'userId', 'roomId', 'code'])
    expect(refused).toMatchObject({ level: 'info', status: 400, code: 'invalid' })
    const nowhere = await lineOf(await http('GET', '/nowhere'))
    expect(Object.keys(nowhere)).toEqual([...always, 'code'])
    expect(nowhere).toMatchObject({ status: 404, code: 'notFound', route: '/*' })
    expect(await lineOf(await http('PUT', '/rooms', { body: {} }))).toMatchObject({
      ...{ status: 405, code: 'methodNotAllowed' },
    })
    expect(await lineOf(await http('GET', '/users/me'))).toMatchObject({ code: 'unauthenticated' })
  })

  it('that a room refused at its door', async () => {
    const other = await newcomer(http)
    const made = await ann.ask<{ id: string }>('POST', '/rooms', {
      ...{ name: `Hidden ${uuidv7()}`, visibility: 'private' },
    })
    await new RoomSocket(url, made.body.id, other.token).closed
    const find = () => linesOf(parley).filter((line) => line['userId'] === other.id)
    await expect
      .poll(() => find().at(-1))
      .toMatchObject({
        ...{ route: '/api/v1/rooms/:roomId/socket', status: 404, code: 'notFound' },
        ...{ level: 'info', roomId: made.body.id },
      })
  })

  it('that failed on our side', async () => {
    postgres.faults = () => 'fail'
    const answer = await ann.ask('GET', '/users/me')
    postgres.faults = () => 'none'
    const line = await lineOf(answer)
    const { cause, ...rest } = line
    expect([...always, 'userId', 'code'].filter((key) => !(key in rest))).toEqual([])
    expect(Object.keys(rest)).toHaveLength(always.length + 2)
    expect(rest).toMatchObject({ level: 'error', status: answer.status, code: answer.body['code'] })
    expect(JSON.stringify(cause ?? '')).not.toMatch(/select|users/)
  })
})

it('[OPS3] the line of a room has its id, its event and why', async () => {
  postgres.faults = () => 'cutBefore'
  await ann.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body: 'canary of text' })
  const find = () => linesOf(parley).find((line) => line['event'] === 'archive')
  await expect.poll(find, { timeout: 15_000 }).toBeDefined()
  postgres.faults = () => 'none'
  const line = find() ?? {}
  expect(Object.keys(line)).toEqual(['level', 'event', 'roomId', 'failures', 'error'])
  expect(line).toMatchObject({ level: 'error', roomId: room, failures: 1 })
  expect(line['error']).toMatchObject({ name: 'Failure', code: 'unavailable' })
  expect(parley.workerd.output()).not.toContain('canary')
})

it.each([
  ['error', ['error']],
  ['silent', []],
])('[OPS3] LOG_LEVEL %s leaves only lines of %j, of rooms, too', async (level, expected) => {
  const quiet = await ownParley({ vars: { LOG_LEVEL: level } })
  const bo = await newcomer(quiet.http)
  const made = await roomOf({ ...bo, name: 'Bo' })
  let failed = 0
  quiet.postgres.faults = () => {
    failed += 1
    return 'cutBefore'
  }
  await bo.ask('POST', `/rooms/${made}/messages`, { id: uuidv7(), body: 'Hi' })
  await expect.poll(() => failed, { timeout: 20_000 }).toBeGreaterThan(1)
  quiet.postgres.faults = () => 'none'
  expect([...new Set(linesOf(quiet).map((line) => line['level']))]).toEqual(expected)
})
