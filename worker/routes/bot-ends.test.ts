// How bots end, and with what.

import { describe, expect, it } from 'vitest'
import type { Members } from '../../protocol/api/rooms.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { botIn, makeBot, postAs, revokeBot, signInBot } from '../../test/support/bots.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http } = parley
const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')

const botHere = (room: RoomId, more: object = {}) => botIn(room, ana, more)
const post = (token: string, room: RoomId, id?: string) => postAs(http, token, room, id)
const signIn = (token: string) => signInBot(http, token)

describe('a revoked bot', () => {
  it('[AUT2] is out at once, over HTTP and its socket, and knows it', async () => {
    const room = await roomOf(ana)
    const bot = await botHere(room)
    const { accessToken } = (await signIn(bot.token)).body
    const socket = new RoomSocket(parley.url, room, accessToken)
    await socket.welcome()
    expect((await revokeBot(ana, room, bot)).status).toBe(204)
    const before = socket.frames.length
    expect((await socket.closed).code).toBe(4401)
    expect(socket.frames.slice(before).every(({ type }) => type === 'closing')).toBe(true)
    for (const token of [bot.token, accessToken]) expect((await post(token, room)).status).toBe(401)
    expect((await signIn(bot.token)).status).toBe(401)
    const again = new RoomSocket(parley.url, room, accessToken)
    expect((await again.closed).code).toBe(1006)
    const { body } = await ana.ask<Members>('GET', `/rooms/${room}/members`)
    expect(body.members.map(({ name }) => name)).toEqual(['Ana'])
    expect(code(await revokeBot(ana, room, bot))).toEqual([404, 'notFound'])
  })

  it('[AUT2] stays out of all of its rooms after a kill', async () => {
    const [one, two] = [await roomOf(ana), await roomOf(ana)]
    const bot = await botHere(one, { rooms: [two] })
    const { accessToken } = (await signIn(bot.token)).body
    await revokeBot(ana, one, bot)
    await parley.workerd.kill()
    await parley.workerd.start()
    const answers = [await post(accessToken, one), await post(accessToken, two)]
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
  })

  it('[BOT5] goes with its room, from every other', async () => {
    const [home, other] = [await roomOf(ana), await roomOf(ana)]
    const bot = await botHere(home, { rooms: [other] })
    const { accessToken } = (await signIn(bot.token)).body
    expect((await ana.ask('DELETE', `/rooms/${home}`)).status).toBe(204)
    for (const token of [bot.token, accessToken]) {
      expect((await post(token, other)).status).toBe(401)
    }
  })
})

it('[BOT5] belongs to its room: it stays when that is handed over, and the new owner ends it', async () => {
  const room = await roomOf(ana, [bo])
  const bot = await botHere(room)
  await ana.ask('PUT', `/rooms/${room}/members/${bo.id}`, { role: 'owner' })
  expect((await post(bot.token, room)).status).toBe(201)
  expect(code(await revokeBot(ana, room, bot))).toEqual([403, 'forbidden'])
  expect((await revokeBot(bo, room, bot)).status).toBe(204)
  expect((await post(bot.token, room)).status).toBe(401)
})

it('[BOT5] whoever owns one of its other rooms takes it out of that one', async () => {
  const [home, other] = [await roomOf(ana), await roomOf(ana, [bo])]
  const bot = await botHere(home, { rooms: [other] })
  await ana.ask('PUT', `/rooms/${other}/members/${bo.id}`, { role: 'owner' })
  expect((await revokeBot(bo, other, bot)).status).toBe(204)
  const answers = [await post(bot.token, home), await post(bot.token, other)]
  expect(answers.map(({ status }) => status)).toEqual([201, 404])
})

it('[BOT5] sleeps while whoever made it is suspended', async () => {
  const root = await signUpAdmin(parley, 'Root')
  const [cy] = await signUpAll(parley, 'Cy')
  const room = await roomOf(cy)
  const { body: bot } = await makeBot(cy, room)
  const { accessToken } = (await signIn(bot.token)).body
  const socket = new RoomSocket(parley.url, room, accessToken)
  await socket.welcome()
  await root.ask('PATCH', `/users/${cy.id}`, { suspended: true })
  expect((await socket.closed).code).toBe(4401)
  expect((await post(accessToken, room)).status).toBe(401)
  expect((await signIn(bot.token)).status).toBe(401)
  await root.ask('PATCH', `/users/${cy.id}`, { suspended: false })
  expect((await signIn(bot.token)).status).toBe(200)
})
