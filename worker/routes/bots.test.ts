// Bots, from being made to being revoked, over HTTP and over their sockets.

import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { describe, expect, it } from 'vitest'
import type { Bot } from '../../protocol/api/bots.ts'
import type { Members } from '../../protocol/api/rooms.ts'
import type { RoomId } from '../../protocol/ids.ts'
import {
  botRoomsMax,
  botsPerPersonMax,
  botsPerRoomMax,
  botUseKeptEveryMs,
} from '../../protocol/limits.ts'
import { BotRight } from '../../protocol/permissions.ts'
import { botIn, makeBot, postAs, signInBot } from '../../test/support/bots.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { code, create } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')

const botHere = (room: RoomId, more: object = {}) => botIn(room, ana, more)
const post = (token: string, room: RoomId, id?: string) => postAs(http, token, room, id)
const signIn = (token: string) => signInBot(http, token)

describe('a bot', () => {
  it('[BOT1] has a token that is told once and rests as a hash', async () => {
    const room = await roomOf(ana)
    const bot = await botHere(room)
    expect(bot.token).toMatch(/^parley_bot_[\w-]{43}$/)
    const { text } = await http('GET', `/rooms/${room}/bots`, { token: ana.token })
    expect(text).not.toContain(bot.token)
    const { rows } = await db.execute(sql`select * from bots where id = ${bot.id}`)
    expect(JSON.stringify(rows)).not.toContain(bot.token.slice(11))
  })

  it('[BOT2] is a member with a name, and known as a bot, live and in the list', async () => {
    const room = await roomOf(ana)
    const seen = new RoomSocket(parley.url, room, ana.token)
    await seen.welcome()
    const bot = await botHere(room)
    await post(bot.token, room)
    await seen.until((frame) => frame.type === 'changes' && JSON.stringify(frame).includes('Beep'))
    const rows = seen.changes.flatMap(({ members }) => members)
    expect(rows.find(({ userId }) => userId === bot.id)).toMatchObject({
      ...{ name: 'Robot', isBot: true, role: 'member', state: 'joined' },
    })
    const { body } = await ana.ask<Members>('GET', `/rooms/${room}/members`)
    expect(body.members.map(({ name, isBot }) => [name, isBot])).toEqual([
      ...[
        ['Ana', undefined],
        ['Robot', true],
      ],
    ])
    await seen.close()
  })

  it('[BOT3] posts by either token, and once by one id', async () => {
    const room = await roomOf(ana)
    const bot = await botHere(room)
    const { body: session } = await signIn(bot.token)
    const id = uuidv7()
    const answers = [await post(bot.token, room, id), await post(session.accessToken, room, id)]
    expect(answers.map(({ status }) => status)).toEqual([201, 200])
  })

  it('[BOT3] opens sockets, with the token it was given for its own only', async () => {
    const room = await roomOf(ana)
    const bot = await botHere(room)
    const refused = new RoomSocket(parley.url, room, bot.token)
    expect((await refused.closed).code).toBe(1006)
    const { body: session } = await signIn(bot.token)
    const socket = new RoomSocket(parley.url, room, session.accessToken)
    expect((await socket.welcome()).you).toMatchObject({ userId: bot.id, name: 'Robot' })
    socket.send({ type: 'send', ref: 1, id: uuidv7(), body: 'Beep' })
    await socket.until(({ type }) => type === 'ok')
    socket.send({ type: 'react', ref: 2, seq: 1, emoji: '👍', on: true })
    const refusal = await socket.until(({ type }) => type === 'refused')
    expect(refusal).toMatchObject({ ref: 2, code: 'forbidden' })
    socket.send({ type: 'auth', ref: 3, token: (await signIn(bot.token)).body.accessToken })
    await socket.until((frame) => frame.type === 'ok' && frame.ref === 3)
    await socket.close()
  })

  it('[BOT3] that may only send opens none, and reads nothing', async () => {
    const room = await roomOf(ana)
    const { token } = await botHere(room, { rights: ['send'] })
    const { body: session } = await signIn(token)
    const socket = new RoomSocket(parley.url, room, session.accessToken)
    expect((await socket.closed).code).toBe(1006)
    expect(code(await http('GET', `/rooms/${room}/messages`, { token }))).toEqual([
      403,
      'forbidden',
    ])
    expect((await post(token, room)).status).toBe(201)
  })

  it('[BOT4] is in all of its rooms and in no other, public or not', async () => {
    const [one, two, other] = [await roomOf(ana), (await create(ana)).id, await roomOf(ana)]
    const { token } = await botHere(one, { rooms: [two, one] })
    const { accessToken } = (await signIn(token)).body
    for (const shown of [token, accessToken]) {
      const answers = [await post(shown, one), await post(shown, two), await post(shown, other)]
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 404])
    }
  })

  it('[BOT4] comes into no room of somebody else’s, nor anywhere by halves', async () => {
    const [own, foreign] = [await roomOf(ana), await roomOf(bo)]
    expect(code(await makeBot(ana, own, { rooms: [foreign] }))).toEqual([403, 'forbidden'])
    const { body } = await ana.ask<{ bots: Bot[] }>('GET', `/rooms/${own}/bots`)
    expect(body.bots).toEqual([])
  })

  it('[S11] is nobody to what takes people’s tokens, and the other way about', async () => {
    const room = await roomOf(ana)
    const { token } = await botHere(room, { rights: [...BotRight.options] })
    const { accessToken } = (await signIn(token)).body
    const paths = [
      '/users/me',
      '/users/me/rooms',
      '/rooms/mine',
      '/auth/sessions',
      '/search?query=a',
    ]
    for (const shown of [token, accessToken]) {
      for (const path of [...paths, `/rooms/${room}/invites`]) {
        expect([path, (await http('GET', path, { token: shown })).status]).toEqual([path, 401])
      }
      const validated = await http('POST', '/auth/validate', { body: { token: shown } })
      expect(validated.status).toBe(401)
      expect((await http('GET', '/admin/rooms', { token: shown })).status).toBeGreaterThan(400)
    }
    expect((await signIn(accessToken)).status).toBe(401)
    expect((await signIn(ana.token)).status).toBe(401)
  })

  it('[S11] is not made up', async () => {
    const room = await roomOf(ana)
    const { token } = await botHere(room)
    const flipped = `${token.slice(0, -2)}${token.endsWith('A') ? 'B' : 'A'}A`
    const random = `parley_bot_${randomBytes(32).toString('base64url')}`
    const hostile = [
      flipped,
      random,
      `${token}A`,
      token.slice(0, -1),
      token.toUpperCase(),
      'parley_bot_',
    ]
    for (const shown of hostile)
      expect([shown, (await post(shown, room)).status]).toEqual([shown, 401])
  })
})

it('[S8] no role is given to one, and no room', async () => {
  const room = await roomOf(ana)
  const bot = await botHere(room)
  for (const role of ['moderator', 'owner']) {
    const answer = await ana.ask('PUT', `/rooms/${room}/members/${bot.id}`, { role })
    expect(code(answer)).toEqual([403, 'forbidden'])
  }
})

it('[LIM] a room has so many, and a bot so many rooms', async () => {
  const room = await roomOf(ana)
  for (let n = 0; n < botsPerRoomMax; n += 1) await botHere(room)
  expect(code(await makeBot(ana, room))).toEqual([409, 'limitReached'])
  const rooms: RoomId[] = []
  while (rooms.length <= botRoomsMax) rooms.push(await roomOf(bo))
  const [home, ...others] = rooms
  const made = await makeBot(bo, home!, { rooms: others.slice(1) })
  expect([made.status, made.body.rooms?.length]).toEqual([201, botRoomsMax])
  expect(code(await makeBot(bo, home!, { rooms: others }))).toEqual([409, 'limitReached'])
})

it('[LIM] of many made at once by one person no more are made than there may be', async () => {
  const [dee] = await signUpAll(parley, 'Dee')
  const rooms: RoomId[] = []
  while (rooms.length < 3) rooms.push(await roomOf(dee))
  const asked = Array.from({ length: botsPerPersonMax + 5 }, (_, n) => makeBot(dee, rooms[n % 3]!))
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 201)).toHaveLength(botsPerPersonMax)
  expect(statuses.filter((status) => status === 409)).toHaveLength(5)
})

it('[BOT1] its last use is told, and written down once a minute at most', async () => {
  const room = await roomOf(ana)
  const bot = await botHere(room)
  const usedAt = async () =>
    (await ana.ask<{ bots: Bot[] }>('GET', `/rooms/${room}/bots`)).body.bots[0]?.usedAt
  expect(await usedAt()).toBeNull()
  await post(bot.token, room)
  await expect.poll(usedAt).not.toBeNull()
  const aged = async (seconds: number) => {
    await db.execute(
      sql`update bots set used_at = now() - make_interval(secs => ${seconds}) where id = ${bot.id}`,
    )
    const before = await usedAt()
    await post(bot.token, room)
    return before
  }
  const recent = await aged(botUseKeptEveryMs / 1000 - 20)
  await post(bot.token, room)
  expect(await usedAt()).toBe(recent)
  const old = await aged(botUseKeptEveryMs / 1000 + 1)
  await expect.poll(usedAt).not.toBe(old)
})
