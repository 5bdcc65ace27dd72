// Changes of an account: by oneself, by an admin, by another, by nobody; and what they bring about.

import { sql } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Account } from '../../protocol/api/accounts.ts'
import {
  logIn,
  newcomer,
  password,
  refresh,
  type SignedInPerson,
  signInAgain,
  stranger,
} from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { allShut, closesAll, doorsOf, socketIn } from '../../test/support/doors.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf, signUp, wideLimits } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, url, db } = parley
const root = await signUpAdmin(parley, 'Root')
const host = await signUp(parley, 'Host')
const room = await roomOf(host)

const change = (by: Pick<SignedInPerson, 'ask'>, patch: object) =>
  by.ask<Account>('PATCH', '/users/me', patch)

it('[P4 V-14] lets oneself and admins change an account; for others there is nobody', async () => {
  const [ann, bob] = [await newcomer(http), await newcomer(http)]
  const nowhere = (await http('GET', '/nowhere')).text
  const path = `/users/${ann.id}`
  const by = (token?: string) => http('PATCH', path, { token, body: { bio: 'Boo' } })
  expect(code(await by())).toEqual([401, 'unauthenticated'])
  const foreign = await by(bob.token)
  expect([foreign.status, foreign.text]).toEqual([404, nowhere])
  // Not even a body that is wrong tells them more.
  expect((await bob.ask('PATCH', path, { role: 7 })).text).toBe(nowhere)
  expect((await ann.ask<Account>('GET', path)).body.bio).toBeNull()
  expect((await by(ann.token)).body).toMatchObject({ id: ann.id, bio: 'Boo' })
  expect((await by(root.token)).body).toMatchObject({ id: ann.id, suspendedAt: null })
  for (const id of [uuidv7(), 'you', '1']) {
    expect(code(await root.ask('PATCH', `/users/${id}`, {}))).toEqual([404, 'notFound'])
  }
})

it('[D-38] changes names and address: the next refresh knows them, the old ones open nothing', async () => {
  const ann = await newcomer(http, { phone: '+49 30 1', age: 40 })
  const { email, username } = stranger()
  const patch = { email, username, displayName: 'Ännchen', phone: null, age: null, password }
  const changed = await change(ann, patch)
  const { password: _, ...shown } = patch
  expect([changed.status, changed.body]).toEqual([200, expect.objectContaining(shown)])

  const { accessToken, user } = (await refresh(http, ann.refreshToken)).body
  expect(decodeJwt(accessToken)).toMatchObject({ username, name: 'Ännchen' })
  expect(user).toEqual(changed.body)
  for (const login of [email, username]) expect((await logIn(http, login)).status).toBe(200)
  for (const login of [ann.email, ann.username]) {
    expect((await logIn(http, login)).status).toBe(401)
  }
  // What was left is free for somebody else.
  expect((await newcomer(http, { email: ann.email, username: ann.username })).id).not.toBe(ann.id)
})

it('[D-27] needs the password of today for another address, and for nothing else', async () => {
  const ann = await newcomer(http)
  const { email } = stranger()
  const without = await change(ann, { email, bio: 'Boo' })
  expect(code(without)).toEqual([400, 'invalid'])
  const wrong = await change(ann, { email, bio: 'Boo', password: 'correct horse' })
  expect(code(wrong)).toEqual([401, 'wrongCredentials'])
  for (const { body } of [without, wrong]) {
    expect(body).toMatchObject({ errors: [{ path: 'password' }] })
  }
  expect((await change(ann, {})).body).toMatchObject({ email: ann.email, bio: null })
  expect((await change(ann, { username: stranger().username })).status).toBe(200)
  expect((await change(ann, { email, password })).body).toMatchObject({ email })
})

it('[API3] answers for the field that is taken, in whatever case, to self and admin', async () => {
  const [ann, bob] = [await newcomer(http), await newcomer(http)]
  const taken = [
    [{ username: bob.username.toUpperCase() }, 'usernameTaken', 'username'],
    [{ email: bob.email.toUpperCase() }, 'emailTaken', 'email'],
  ] as const
  for (const [patch, conflict, path] of taken) {
    const own = await change(ann, { ...patch, bio: 'Boo', password })
    const byAdmin = await root.ask('PATCH', `/users/${ann.id}`, { ...patch, bio: 'Boo' })
    for (const answer of [own, byAdmin]) {
      expect(code(answer)).toEqual([409, conflict])
      expect(answer.body).toMatchObject({ errors: [{ path }] })
    }
  }
  expect((await change(ann, {})).body.bio).toBeNull() // Nothing of it happened.
  const own = { username: ann.username.toUpperCase(), email: ann.email.toUpperCase(), password }
  expect((await change(ann, own)).status).toBe(200)
})

it('[V-1 S9] takes nothing but what each field holds, and no field it does not know', async () => {
  const { id } = await newcomer(http)
  const fields = ['displayName', 'username', 'email', 'phone', 'bio', 'role', 'password']
  const hostile: unknown[] = [
    { $regex: '.*' },
    [],
    0,
    { toString: 1 },
    '',
    ' a',
    'a\0b',
    'x'.repeat(600),
  ]
  for (const field of [...fields, 'suspended', 'age']) {
    for (const value of hostile) {
      if (field === 'age' && value === 0) continue
      const answer = await root.ask('PATCH', `/users/${id}`, { [field]: value })
      expect([field, value, ...code(answer)]).toEqual([field, value, 400, 'invalid'])
    }
  }
  for (const field of ['passwordHash', 'id', 'suspendedAt', 'createdAt', '__proto__x']) {
    expect(code(await root.ask('PATCH', `/users/${id}`, { [field]: null }))[0]).toBe(400)
  }
})

it('tells the rooms of somebody whom an admin gave another name', async () => {
  const ann = await newcomer(http)
  await ann.ask('POST', `/rooms/${room}/join`)
  const socket = await socketIn(url, room, ann.token)
  await root.ask('PATCH', `/users/${ann.id}`, { displayName: 'Given' })
  await socket.until(
    (frame) => frame.type === 'changes' && frame.members.some(({ name }) => name === 'Given'),
  )
  await socket.close()
})

it('[ACC1 D-23] lets nobody change their own rights, by whichever address', async () => {
  const ann = await newcomer(http)
  for (const by of [ann, root]) {
    for (const patch of [{ role: 'admin' }, { role: 'user' }, { suspended: true }]) {
      expect(code(await by.ask('PATCH', `/users/${by.id}`, patch))).toEqual([403, 'forbidden'])
      expect(code(await by.ask('PATCH', '/users/me', patch))).toEqual([400, 'invalid'])
    }
  }
  expect(code(await ann.ask('PATCH', `/users/${root.id}`, { role: 'user' }))[0]).toBe(404)
  expect((await root.ask('GET', '/admin/audit')).status).toBe(200)
})

it('[P5 ACC1 D-23 S8] gives and takes the role of admin from the very next request on', async () => {
  const ann = await newcomer(http)
  const seen = async () => {
    const status = async (path: string) => (await ann.ask('GET', path)).status
    const { body } = await ann.ask('GET', `/users/${host.id}`)
    return [
      await status('/admin/audit'),
      await status(`/users/${host.id}/sessions`),
      'email' in body,
    ]
  }
  expect(await seen()).toEqual([404, 404, false])
  await root.ask('PATCH', `/users/${ann.id}`, { role: 'admin' })
  expect(await seen()).toEqual([200, 200, true])
  expect((await ann.ask('PATCH', `/users/${host.id}`, { bio: 'By Ann' })).status).toBe(200)
  await root.ask('PATCH', `/users/${ann.id}`, { role: 'user' })
  expect(await seen()).toEqual([404, 404, false])
  expect((await ann.ask('PATCH', `/users/${host.id}`, { bio: 'No' })).status).toBe(404)
})

it('[ACC2 S4 D-27] a suspension ends every sign-in at once and closes their sockets', async () => {
  const ann = await newcomer(http)
  const again = await signInAgain(http, ann)
  await ann.ask('POST', `/rooms/${room}/join`)
  const closing = await Promise.all([ann, again].map(({ token }) => socketIn(url, room, token)))
  const suspend = (suspended: boolean) => root.ask('PATCH', `/users/${ann.id}`, { suspended })

  await closesAll(closing, async () => {
    const { status, body } = await suspend(true)
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ suspendedAt: expect.stringMatching(/Z$/) }),
    ])
  })
  for (const one of [ann, again]) expect(await doorsOf(parley, one, room)).toEqual(allShut)

  // Only who knows the password hears of it. [API3]
  const unknown = (await logIn(http, 'nobody', 'wrong')).text
  expect((await logIn(http, ann.username, 'wrong')).text).toBe(unknown)
  expect(code(await logIn(http, ann.username))).toEqual([403, 'suspended'])

  const since = async () =>
    (await root.ask<{ suspendedAt: string }>('GET', `/users/${ann.id}`)).body
  const { suspendedAt } = await since()
  await suspend(true)
  expect((await since()).suspendedAt).toBe(suspendedAt)
  await suspend(false)
  expect((await signInAgain(http, ann)).id).toBe(ann.id)
  for (const one of [ann, again]) expect(await doorsOf(parley, one, room)).toEqual(allShut)
})

it('[AUT2] a suspended admin runs nothing any more', async () => {
  const eve = await signUpAdmin(parley, 'Eve')
  await root.ask('PATCH', `/users/${eve.id}`, { suspended: true })
  expect(code(await eve.ask('PATCH', `/users/${host.id}`, { bio: 'No' }))[0]).toBe(401)
  expect(code(await eve.ask('GET', '/admin/audit'))[0]).toBe(401)
  expect(code(await eve.ask('PATCH', `/users/${root.id}`, { role: 'user' }))[0]).toBe(401)
  const { rows } = await db.execute(sql`select role from users where id = ${root.id}`)
  expect(rows[0]?.['role']).toBe('admin')
})
