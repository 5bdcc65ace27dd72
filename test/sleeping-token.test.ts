// The token behind a socket that sleeps: it ends on time though nobody is awake to see it. [S3, SOK11]

import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import type { SignedIn } from '../protocol/api/accounts.ts'
import type { RoomId } from '../protocol/ids.ts'
import { startHarness } from './support/harness.ts'
import { httpTo } from './support/http.ts'
import { newMessageId } from './support/ids.ts'
import { wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const send = (socket: RoomSocket, ref: number) =>
  socket.send({ type: 'send', ref, id: newMessageId(), body: `Message ${ref}` })

const answered = (socket: RoomSocket, ref: number) =>
  socket.until((frame) => (frame.type === 'ok' || frame.type === 'refused') && frame.ref === ref)

/** How late a socket may be closed; the harness, which relays frames by a second process, takes its time. */
const wokenWithinMs = 4_000

it('[S3 SOK11 SOK12] a socket that sleeps ends on time, or lives on with what it says when it wakes', async () => {
  const seconds = 8
  const harness = await startHarness({ ...wideLimits, ACCESS_TOKEN_SECONDS: String(seconds) })
  try {
    const http = httpTo(harness)
    const username = `sleeper${randomBytes(4).toString('hex')}`
    const account = {
      username,
      email: `${username}@example.com`,
      password: 'correct horse battery',
    }
    await http('POST', '/auth/register', { body: account })
    const logIn = async () => {
      const login = { login: username, password: account.password }
      const { body } = await http<SignedIn>('POST', '/auth/login', { body: login })
      return { token: body.accessToken, endsAt: 1_000 * Number(decodeJwt(body.accessToken).exp) }
    }
    const first = await logIn()
    const entry = { name: `Dormitory ${username}`, visibility: 'private' }
    const made = await http<{ id: RoomId }>('POST', '/rooms', { token: first.token, body: entry })
    const { id } = made.body
    const [renewed, left] = [1, 2].map(() => new RoomSocket(harness.url, id, first.token))
    await Promise.all([renewed, left].map((one) => one?.until(({ type }) => type === 'expiring')))
    const worker = harness.server.getWorker()
    const evict = () => worker.evictDurableObject('ChatRoom', { name: id, webSockets: 'hibernate' })

    // The second must outlive the first by more than a sleeper may wake late.
    await new Promise((resolve) => setTimeout(resolve, first.endsAt - 3_000 - Date.now()))
    await evict()
    const second = await logIn()
    renewed?.send({ type: 'auth', ref: 1, token: second.token })
    expect(await answered(renewed!, 1)).toMatchObject({ type: 'ok' })
    await evict()
    expect(await left?.closed).toMatchObject({ code: 4401 })
    expect(Date.now() - first.endsAt).toBeLessThan(wokenWithinMs)
    expect(Date.now()).toBeLessThan(second.endsAt)
    send(renewed!, 2)
    expect(await answered(renewed!, 2)).toMatchObject({ type: 'ok' })
    await evict()
    expect(await renewed?.closed).toMatchObject({ code: 4401 })
    expect(Date.now() - second.endsAt).toBeLessThan(wokenWithinMs)
  } finally {
    await harness.stop()
  }
})
