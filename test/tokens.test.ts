// The token behind an open socket: it ends on time, may be renewed, and its sign-in may end. [S3, AUT2]

import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import { sessions } from '../database/schema.ts'
import type { RoomId, SessionId } from '../protocol/ids.ts'
import { signAccessToken } from '../worker/domain/access-tokens.ts'
import { Keyring } from '../worker/domain/keyring.ts'
import { newMessageId, newSessionId } from './support/ids.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { type Person, roomOf, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

/** How late a socket may be closed. [S3, SOK12] */
const closedWithinMs = 1_000

/** A message bears at least the date of the one above it, whose event may have read the clock a moment later. */
const clockStepMs = 5

const secret = JSON.stringify([{ kid: 'test', secret: randomBytes(32).toString('base64url') }])
const keyring = v.parse(Keyring, secret)

const parley = await ownParley({ vars: { ...wideLimits, KEYRING: secret } })
const { db } = parley
beforeEach(() => {
  parley.postgres.faults = () => 'none'
})

/** Two of their own for each test: some run at the same time. */
async function scene() {
  const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')
  const room = await roomOf(ana, [bo])
  return { ana, bo, room, connected: (token: string) => connected(room, token) }
}

const sessionOf = ({ token }: Person) => decodeJwt(token)['sid'] as SessionId

/** A token as the server would sign it, whose last moment is a whole second at least so far away. */
async function tokenOf(person: Person, seconds: number, sessionId = sessionOf(person)) {
  const endsAt = 1_000 * Math.ceil(Date.now() / 1_000 + seconds)
  const { id: userId, name } = person
  const caller = { userId, sessionId, username: 'x', name, role: 'user' as const }
  const expiresAt = new Date(endsAt)
  return { token: await signAccessToken(keyring, { ...caller, expiresAt }, new Date()), endsAt }
}

async function connected(room: RoomId, token: string): Promise<RoomSocket> {
  const socket = new RoomSocket(parley.url, room, token)
  await socket.until(({ type }) => type === 'changes')
  return socket
}

const send = (socket: RoomSocket, ref: number) =>
  socket.send({ type: 'send', ref, id: newMessageId(), body: `Message ${ref}` })

const answered = (socket: RoomSocket, ref: number) =>
  socket.until((frame) => (frame.type === 'ok' || frame.type === 'refused') && frame.ref === ref)

const past = (moment: number) =>
  expect.poll(() => Date.now() > moment, { timeout: 60_000 }).toBe(true)

describe('an open socket', () => {
  it.each(['none', 'hang'] as const)(
    '[S3 SOK12] ends on time, busy or idle, with Postgres at fault: %s',
    async (fault) => {
      const { ana, bo, connected } = await scene()
      const { token, endsAt } = await tokenOf(ana, 3)
      const [busy, idle] = [await connected(token), await connected(token)]
      const bos = await connected(bo.token)
      parley.postgres.faults = () => fault
      let ref = 0
      const talk = setInterval(() => {
        ref += 1
        send(bos, ref)
        if (busy.socket.readyState === busy.socket.OPEN) send(busy, ref)
      }, 10)
      for (const socket of [busy, idle]) {
        expect(await socket.until(({ type }) => type === 'expiring')).toMatchObject({ at: endsAt })
      }
      const closes = await Promise.all([busy, idle].map((socket) => socket.closed))
      expect(Date.now() - endsAt).toBeLessThan(closedWithinMs)
      clearInterval(talk)
      expect(closes.map(({ code }) => code)).toEqual([4401, 4401])
      for (const { changes } of [busy, idle]) {
        const times = changes.flatMap(({ messages }) =>
          messages.map(({ createdAt = 0 }) => createdAt),
        )
        expect(Math.max(...times)).toBeLessThan(endsAt + clockStepMs)
      }
      const taken = busy.frames.filter((frame) => frame.type === 'ok')
      expect(Math.max(...taken.map(({ at = 0 }) => at))).toBeLessThan(endsAt + clockStepMs)
      await bos.close()
    },
  )

  it.concurrent('[S3 SOK12] lives on with a new token of the same person, and is warned again of its end', async () => {
    const { ana, connected } = await scene()
    const { token, endsAt } = await tokenOf(ana, 2)
    const socket = await connected(token)
    await socket.until(({ type }) => type === 'expiring')
    const next = await tokenOf(ana, 4)
    socket.send({ type: 'auth', ref: 1, token: next.token })
    expect(await answered(socket, 1)).toEqual({ type: 'ok', ref: 1 })
    await past(endsAt + closedWithinMs)
    send(socket, 2)
    expect(await answered(socket, 2)).toMatchObject({ type: 'ok' })
    expect(socket.frames.filter(({ type }) => type === 'expiring')).toMatchObject([
      { at: endsAt },
      { at: next.endsAt },
    ])
    expect(await socket.closed).toMatchObject({ code: 4401 })
    expect(Date.now() - next.endsAt).toBeLessThan(closedWithinMs)
  })

  it.concurrent('[S3 SOK12] takes no token that is another’s, run out, ended, forged, or ends sooner', async () => {
    const { ana, bo, room, connected } = await scene()
    const { token, endsAt } = await tokenOf(ana, 4)
    const socket = await connected(token)
    const elsewhere = new RoomSocket(
      parley.url,
      room,
      (await tokenOf(ana, 60, newSessionId())).token,
    )
    await elsewhere.closed // A sign-in that Postgres does not know: the room has learnt that it is over.
    const refused = [
      (await tokenOf(bo, 600)).token,
      (await tokenOf(ana, -5)).token,
      (await tokenOf(ana, 1)).token,
      (await tokenOf(ana, 600)).token.slice(0, -3),
      ana.token.split('.').slice(0, 2).join('.'),
      'no token',
    ]
    for (const [ref, other] of refused.entries()) {
      socket.send({ type: 'auth', ref, token: other })
      expect([ref, await answered(socket, ref)]).toMatchObject([ref, { code: 'unauthenticated' }])
    }
    expect((await socket.closed).code).toBe(4401)
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt)
    expect(Date.now() - endsAt).toBeLessThan(closedWithinMs)
  })
})

describe('a sign-in that ended unknown to the room', () => {
  const revoke = (person: Person) =>
    db
      .update(sessions)
      .set({ revokedAt: new Date() })
      .where(eq(sessions.id, sessionOf(person)))

  it('[S4 AUT2] is closed within a second of its welcome, and not let in again', async () => {
    const { bo, room } = await scene()
    await revoke(bo)
    const socket = new RoomSocket(parley.url, room, bo.token)
    await socket.welcome()
    const welcomedAt = Date.now()
    expect(await socket.closed).toMatchObject({ code: 4401 })
    expect(Date.now() - welcomedAt).toBeLessThan(closedWithinMs)
    expect((await new RoomSocket(parley.url, room, bo.token).closed).code).toBe(1006)
  })

  it('[S3 S4 AUT2] is no token to renew a socket with', async () => {
    const { bo, connected } = await scene()
    const socket = await connected(bo.token)
    const ended = newSessionId()
    socket.send({ type: 'auth', ref: 1, token: (await tokenOf(bo, 1_000, ended)).token })
    expect(await socket.closed).toMatchObject({ code: 4401 })
  })

  it('[S4 AUT2] lives on while Postgres is away: the token alone decides', async () => {
    const { bo, connected } = await scene()
    await revoke(bo)
    let asked = 0
    parley.postgres.faults = () => {
      asked += 1
      return 'fail'
    }
    const socket = await connected(bo.token)
    await expect.poll(() => asked).toBeGreaterThan(0)
    for (let ref = 1; ref <= 20; ref += 1) {
      send(socket, ref)
      expect(await answered(socket, ref)).toMatchObject({ type: 'ok' })
    }
    await socket.close()
  })
})
