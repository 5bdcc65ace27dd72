// Every kind of the audit log: done once, written down once, with who, whom, where, when and by which request.

import { uuidv7 } from 'uuidv7'
import { afterAll, describe, expect, it } from 'vitest'
import { mirrorIn } from '../../database/archive.ts'
import { AuditKind, type AuditPage, type AuditRecord } from '../../protocol/api/admin.ts'
import type { Rev, RoomId } from '../../protocol/ids.ts'
import { newcomer, password, refresh } from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { type Done, deedsOfBots } from '../../test/support/deeds-of-bots.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const root = await signUpAdmin(parley, 'Root')

interface Ask {
  readonly token?: string
  readonly body?: unknown
  readonly type?: string
}

const address = '203.0.113.7'

/** As the platform hands requests over: with the address of whoever asks. */
async function ask(method: string, path: string, { token, body, type = 'application/json' }: Ask) {
  const response = await fetch(`${parley.url}/api/v1${path}`, {
    method,
    headers: {
      'cf-connecting-ip': address,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, requestId: response.headers.get('x-request-id') ?? '' }
}

const me = () => newcomer(http)

/** Something that somebody does to their own account, or that happens to it. */
async function own(method: string, path: string, body: object, detail = {}): Promise<Done> {
  const { id, token } = await me()
  const { requestId } = await ask(method, path, { token, body })
  return { requestId, record: { actorId: id, subjectId: id, detail } }
}

/** Something that an admin does to somebody. */
async function byRoot(patch: object, detail = {}, before: object | null = null): Promise<Done> {
  const { id } = await me()
  if (before) await root.ask('PATCH', `/users/${id}`, before)
  const { requestId } = await ask('PATCH', `/users/${id}`, { token: root.token, body: patch })
  return { requestId, record: { actorId: root.id, subjectId: id, detail } }
}

/** Something that the owner does to a member of their room. */
async function inRoom(
  method: string,
  list: string,
  body?: object,
  { detail = {}, before }: { detail?: object; before?: 'ban' } = {},
): Promise<Done> {
  const [ann, bob] = [await me(), await me()]
  const roomId = await roomOf({ ...ann, name: '' }, [{ ...bob, name: '' }])
  if (before) await ann.ask('PUT', `/rooms/${roomId}/bans/${bob.id}`)
  const path = `/rooms/${roomId}/${list}/${bob.id}`
  const { requestId } = await ask(method, path, { token: ann.token, body })
  return {
    requestId,
    record: { actorId: ann.id, subjectId: bob.id, roomId, detail: { ...detail } },
  }
}

/** Something that is done to a room. */
async function toRoom(
  method: string,
  path: (room: RoomId) => string,
  more: { body?: object; detail?: object; byRoot?: boolean } = {},
): Promise<Done> {
  const ann = await me()
  const roomId = await roomOf({ ...ann, name: '' })
  const { id, token } = more.byRoot ? root : ann
  const { requestId } = await ask(method, path(roomId), { token, body: more.body })
  return { requestId, record: { actorId: id, roomId, detail: { ...more.detail } } }
}

const until = new Date(Date.now() + 60_000).toISOString()

const keep = { messages: 'keep' }

/** Each kind once. A kind without a row does not compile. */
const deeds: Record<AuditKind, () => Promise<Done>> = {
  registered: async () => {
    const body = { email: `${uuidv7()}@example.com`, username: uuidv7().slice(4, 36), password }
    const { requestId, text } = await ask('POST', '/auth/register', { body })
    const { id } = JSON.parse(text).user
    return { requestId, record: { actorId: id, subjectId: id } }
  },
  signedIn: async () => {
    const { id, username: login } = await me()
    const { requestId } = await ask('POST', '/auth/login', { body: { login, password } })
    return { requestId, record: { actorId: id, subjectId: id } }
  },
  signInFailed: async () => {
    const { id, username: login } = await me()
    const { requestId } = await ask('POST', '/auth/login', { body: { login, password: 'canary' } })
    return { requestId, record: { subjectId: id, detail: { reason: 'wrongCredentials' } } }
  },
  signedOut: () => own('POST', '/auth/logout', {}, { everywhere: false }),
  signInsEnded: async () => {
    const { id } = await me()
    const { requestId } = await ask('DELETE', `/users/${id}/sessions`, { token: root.token })
    return { requestId, record: { actorId: root.id, subjectId: id, detail: { count: 1 } } }
  },
  tokenReused: async () => {
    const { id, refreshToken } = await me()
    const second = (await refresh(http, refreshToken)).body.refreshToken ?? ''
    await refresh(http, second)
    const { requestId } = await ask('POST', '/auth/refresh', { body: { refreshToken } })
    return { requestId, record: { subjectId: id } }
  },
  passwordChanged: () =>
    own('POST', '/auth/password', { current: password, next: 'another horse battery' }),
  emailChanged: () => own('PATCH', '/users/me', { email: `${uuidv7()}@example.com`, password }),
  usernameChanged: () => own('PATCH', '/users/me', { username: uuidv7().slice(4, 36) }),
  profileChanged: () => byRoot({ bio: 'Canary', age: 40 }, { fields: ['age', 'bio'] }),
  globalRoleChanged: () => byRoot({ role: 'admin' }, { role: 'admin' }),
  suspended: () => byRoot({ suspended: true }),
  unsuspended: () => byRoot({ suspended: false }, {}, { suspended: true }),
  accountExported: async () => {
    const { id, token } = await me()
    const { requestId } = await ask('GET', '/users/me/export', { token })
    return { requestId, record: { actorId: id, subjectId: id } }
  },
  deletionBegun: () => own('DELETE', '/users/me', { password, messages: 'keep' }, keep),
  deletionEnded: async () => {
    const { id } = await me()
    await ask('DELETE', `/users/${id}`, { token: root.token, body: { messages: 'keep' } })
    return { requestId: null, record: { subjectId: id, detail: { rooms: 0, erased: 0 } } }
  },
  roomCreated: async () => {
    const { id, token } = await me()
    const body = { name: 'Canary', visibility: 'private' }
    const { requestId, text } = await ask('POST', '/rooms', { token, body })
    return { requestId, record: { actorId: id, roomId: JSON.parse(text).id } }
  },
  roleChanged: () =>
    inRoom('PUT', 'members', { role: 'moderator' }, { detail: { role: 'moderator' } }),
  memberMuted: () => inRoom('PUT', 'members', { mutedUntil: until }, { detail: { until } }),
  memberRemoved: () => inRoom('DELETE', 'members'),
  memberBanned: () => inRoom('PUT', 'bans'),
  memberUnbanned: () => inRoom('DELETE', 'bans', undefined, { before: 'ban' }),
  inviteMade: () =>
    toRoom('POST', (room) => `/rooms/${room}/invites`, {
      ...{ body: {}, detail: { expiresAt: null, maxUses: null } },
    }),
  inviteRevoked: async () => {
    const ann = await me()
    const roomId = await roomOf({ ...ann, name: '' })
    const made = await ann.ask<{ code: string }>('POST', `/rooms/${roomId}/invites`, {})
    const path = `/invites/${made.body.code}`
    const { requestId } = await ask('DELETE', path, { token: ann.token })
    return { requestId, record: { actorId: ann.id, roomId } }
  },
  ...deedsOfBots({ ask, me, db }),
  roomExported: () =>
    toRoom('GET', (room) => `/rooms/${room}/export`, { detail: { format: 'ndjson' } }),
  roomRestored: async () => {
    const ann = await me()
    const roomId = await roomOf({ ...ann, name: '' })
    const { text } = await ask('GET', `/rooms/${roomId}/export`, { token: ann.token })
    const restore = { token: root.token, body: text, type: 'application/x-ndjson' }
    const { requestId } = await ask('POST', `/admin/rooms/${roomId}/restore`, restore)
    return { requestId, record: { actorId: root.id, roomId } }
  },
  epochRenewed: () => toRoom('POST', (room) => `/admin/rooms/${room}/epoch`, { byRoot: true }),
  roomDeleted: () => toRoom('DELETE', (room) => `/rooms/${room}`),
  rowParked: async () => {
    const roomId = await roomOf({ ...(await me()), name: '' })
    const row = { kind: 'message', key: '1', rev: 1 as Rev }
    await mirrorIn(db).reportParked(roomId, row)
    return { requestId: null, record: { roomId, detail: row } }
  },
}

/** Of that kind, about whom or what it was done to. */
async function recordsOf(kind: AuditKind, { subjectId, roomId }: Partial<AuditRecord>) {
  const about = subjectId ? `subject=${subjectId}` : `room=${roomId}`
  const asked = await root.ask<AuditPage>('GET', `/admin/audit?kind=${kind}&${about}`)
  return asked.body.records
}

describe('[ACC3 S28] written down', () => {
  const written = new Map<AuditKind, Done>()

  it.each(AuditKind.options)('%s: who, whom, when, from where, by which request', async (kind) => {
    const startedAt = Date.now()
    const done = await deeds[kind]()
    written.set(kind, done)
    const { requestId, record } = done
    await expect.poll(() => recordsOf(kind, record)).toHaveLength(1)
    const [found] = await recordsOf(kind, record)
    const nothing = { actorId: null, subjectId: null, roomId: null, detail: {} }
    const place = requestId === null ? null : '203.0.113.0/24'
    const rest = { id: expect.any(String), at: expect.any(String), requestId, place }
    expect(found).toEqual({ kind, ...nothing, ...rest, ...record })
    expect(Math.abs(Date.parse(found?.at ?? '') - startedAt)).toBeLessThan(30_000)
    expect(JSON.stringify(found)).not.toMatch(/canary|horse|@example/i)
  })

  // Whatever came twice has come by now: other requests were answered since.
  afterAll(async () => {
    for (const [kind, { record }] of written) {
      expect([kind, (await recordsOf(kind, record)).length]).toEqual([kind, 1])
    }
  })
})

it('[S28] finds what somebody did, what was done to them, and only that', async () => {
  const [ann, bob] = [await me(), await me()]
  await root.ask('PATCH', `/users/${ann.id}`, { username: uuidv7().slice(4, 36) })
  const kinds = async (filter: string) => {
    const { body } = await root.ask<AuditPage>('GET', `/admin/audit?${filter}`)
    return body.records.map(({ kind }) => kind)
  }
  await expect.poll(() => kinds(`subject=${ann.id}`)).toEqual(['usernameChanged', 'registered'])
  expect(await kinds(`actor=${ann.id}`)).toEqual(['registered'])
  expect(await kinds(`actor=${root.id}&subject=${ann.id}`)).toEqual(['usernameChanged'])
  expect(await kinds(`subject=${bob.id}&kind=usernameChanged`)).toEqual([])
})

it('[S28] takes what changes nothing for no deed', async () => {
  const ann = await me()
  const { id, email, username } = ann
  await ann.ask('PATCH', '/users/me', { email, username, password, displayName: 'Ann' })
  await root.ask('PATCH', `/users/${id}`, { email, role: 'user', suspended: false, bio: null })
  await ann.ask('POST', '/auth/password', { current: 'wrong', next: 'another horse' })
  await ann.ask('PATCH', '/users/me', { bio: 'Hi' })
  await ann.ask('POST', '/auth/logout', {})
  const kinds = async () => {
    const { body } = await root.ask<AuditPage>('GET', `/admin/audit?subject=${id}`)
    return body.records.map(({ kind }) => kind)
  }
  await expect.poll(kinds).toEqual(['signedOut', 'registered'])
})
