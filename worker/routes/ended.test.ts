// A sign-in that has ended: nothing it could do is left, and no other sign-in feels it.

import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { connect } from '../../database/client.ts'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import type { MirrorPage } from '../../protocol/api/admin.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf, signUp } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { code } from '../../test/support/rooms-http.ts'
import { app } from '../app.ts'

const parley = await ownParley()
const { http } = parley
const ann = await signUp(parley, 'Ann')
const root = await signUpAdmin(parley, 'Root')

const password = 'correct horse battery'

/** Two sign-ins of one new person. */
async function twice() {
  const username = `eve-${randomBytes(6).toString('hex')}`
  const body = { email: `${username}@example.com`, username, password }
  const first = await http<SignedIn>('POST', '/auth/register', { body })
  const second = await http<SignedIn>('POST', '/auth/login', {
    body: { login: username, password },
  })
  return { username, ended: first.body.accessToken, other: second.body.accessToken }
}

const logOut = (token: string) => http('POST', '/auth/logout', { body: {}, token })

/** Every address that changes something for whoever is signed in, and what it takes. */
const writing: Record<string, unknown> = {
  'PATCH /users/me': { bio: 'Boo' },
  'DELETE /users/me': { password: 'correct horse battery', messages: 'erase' },
  'PATCH /users/:userId': { bio: 'Boo' },
  'POST /auth/password': { current: 'correct horse battery', next: 'ghostly horse battery' },
  'DELETE /auth/sessions/:sessionId': undefined,
  'POST /rooms': { name: 'Ghost', visibility: 'public' },
  'PATCH /rooms/:roomId': { topic: 'Boo' },
  'DELETE /rooms/:roomId': undefined,
  'POST /rooms/:roomId/join': undefined,
  'POST /rooms/:roomId/leave': undefined,
  'POST /rooms/:roomId/messages': { id: uuidv7(), body: 'Boo' },
  'PATCH /rooms/:roomId/messages/:seq': { body: 'Boo' },
  'DELETE /rooms/:roomId/messages/:seq': undefined,
  'PUT /rooms/:roomId/messages/:seq/reactions/:emoji': undefined,
  'DELETE /rooms/:roomId/messages/:seq/reactions/:emoji': undefined,
  'PUT /rooms/:roomId/read': { seq: 1 },
  'PUT /rooms/:roomId/members/:userId': { role: 'moderator' },
  'DELETE /rooms/:roomId/members/:userId': undefined,
  'PUT /rooms/:roomId/bans/:userId': undefined,
  'DELETE /rooms/:roomId/bans/:userId': undefined,
  'POST /rooms/:roomId/invites': {},
  'POST /rooms/:roomId/bots': { name: 'Ghost', rights: ['read'] },
  'DELETE /rooms/:roomId/bots/:botId': undefined,
  'POST /rooms/:roomId/webhooks': { url: 'http://127.0.0.1:9' },
  'PATCH /rooms/:roomId/webhooks/:webhookId': { events: ['room'] },
  'DELETE /rooms/:roomId/webhooks/:webhookId': undefined,
  'POST /rooms/:roomId/webhooks/:webhookId/secret': undefined,
  'POST /rooms/:roomId/webhooks/:webhookId/test': undefined,
  'DELETE /invites/:code': undefined,
  'POST /invites/:code/accept': undefined,
}

const reading = [
  'GET /auth/sessions',
  'GET /users',
  'GET /users/me',
  'GET /users/me/export',
  `GET /users/${uuidv7()}`,
  'GET /rooms',
  'GET /rooms/mine',
  'GET /rooms/:roomId',
  'GET /rooms/:roomId/members',
  'GET /rooms/:roomId/messages',
  'GET /rooms/:roomId/bans',
  'GET /rooms/:roomId/bots',
  'GET /rooms/:roomId/export',
  'GET /rooms/:roomId/invites',
  'GET /rooms/:roomId/search?query=boo',
  'GET /rooms/:roomId/webhooks',
  'GET /search?query=boo',
  'GET /users/:userId/rooms',
]

/** To whoever does not run Parley these are not there, ended or not: admin.test.ts. */
const forAdmins = [
  'POST /admin/rooms/:roomId/restore',
  'POST /admin/rooms/:roomId/epoch',
  'DELETE /users/:userId',
  'DELETE /users/:userId/sessions',
]

/** Who asks these is not told by an access token. */
const byOtherProof = ['register', 'login', 'refresh', 'logout', 'validate', 'bot']

it('[AUT2] the list above leaves out no address that changes anything', () => {
  const routed = app.routes
    .filter(({ method }) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
    .map(({ method, path }) => `${method} ${path.replace('/api/v1', '').replace(/\/$/, '')}`)
  const proven = byOtherProof.map((name) => `POST /auth/${name}`)
  const known = [...Object.keys(writing), ...proven, ...forAdmins]
  expect(new Set(routed)).toEqual(new Set(known))
})

it.each(['its own', "another's"])(
  '[P25 AUT2 D-27] nothing is left to it in %s room',
  async (whose) => {
    const { ended } = await twice()
    const room = whose === 'its own' ? await ownRoom(ended) : await roomOf(ann)
    await http('POST', `/rooms/${room}/join`, { token: ended })
    expect((await logOut(ended)).status).toBe(204)

    for (const [route, body] of [
      ...Object.entries(writing),
      ...reading.map((one) => [one] as const),
    ]) {
      const [method = '', path = ''] = route
        .replace(':roomId', room)
        .replace(':userId', ann.id)
        .replace(/:(sessionId|botId|webhookId)/, uuidv7())
        .replace(':seq', '1')
        .replace(':emoji', encodeURIComponent('👻'))
        .replace(':code', 'A'.repeat(22))
        .split(' ')
      const answer = await http(method, path, { token: ended, body })
      expect([route, ...code(answer)]).toEqual([route, 401, 'unauthenticated'])
    }
    expect(await refusedUpgrade(room, ended)).toBe(401)
    const { rowCount } = await connect(parley.postgres.url).execute(
      sql`select from rooms where name = 'Ghost' or topic = 'Boo'`,
    )
    expect(rowCount).toBe(0)
  },
)

it('[D-02 SOK13] its sockets close, those of another sign-in of the same person stay', async () => {
  const { ended, other } = await twice()
  const room = await roomOf(ann)
  await http('POST', `/rooms/${room}/join`, { token: other })
  const [closing, staying] = [ended, other].map((token) => new RoomSocket(parley.url, room, token))
  await Promise.all([closing?.welcome(), staying?.welcome()])
  await logOut(ended)
  const last = await closing?.until(({ type }) => type === 'closing')
  expect(last).toMatchObject({ code: 'unauthenticated' })
  staying?.send({ type: 'send', ref: 1, id: uuidv7(), body: 'Still here' })
  expect(await staying?.until(({ type }) => type === 'ok')).toMatchObject({ ref: 1 })
  expect((await http('GET', `/rooms/${room}/members`, { token: other })).status).toBe(200)
  await staying?.close()
})

it('[AUT2] an answer that a sign-in has ended waits for no room that does not answer', async () => {
  const { ended } = await twice()
  await atRest() // What a room of before writes would be taken for the one that is answered.
  parley.postgres.faults = afterOne('hang')
  const startedAt = performance.now()
  const out = await logOut(ended)
  parley.postgres.faults = () => 'none'
  expect(out.status).toBe(204)
  expect(performance.now() - startedAt).toBeLessThan(3_000)
})

/** Postgres has all that the rooms have. */
async function atRest(): Promise<void> {
  const isBehind = async () => {
    const { body } = await root.ask<MirrorPage>('GET', '/admin/mirror')
    return body.rooms.some(({ state }) => state?.behindMs !== 0)
  }
  await expect.poll(isBehind, { timeout: 20_000 }).toBe(false)
}

/** What is still being written down of before is not counted. */
function afterOne(fault: 'hang') {
  let count = 0
  return (asked: string) => {
    if (!asked.includes('audit_log')) count += 1
    return count <= 1 ? 'none' : fault
  }
}

async function ownRoom(token: string): Promise<RoomId> {
  const name = `Room ${randomBytes(6).toString('hex')}`
  const body = { name, visibility: 'public' }
  return (await http<{ id: RoomId }>('POST', '/rooms', { token, body })).body.id
}

function refusedUpgrade(room: RoomId, token: string): Promise<number | undefined> {
  const { socket } = new RoomSocket(parley.url, room, token)
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode))
    socket.on('open', () => resolve(101))
  })
}
