// People looked for by name: who is found, in which order, and how much of them is shown to whom.

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { People } from '../../protocol/api/people.ts'
import { queryCharactersMax } from '../../protocol/limits.ts'
import { newcomer, stranger } from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import type { Person } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const { http } = parley
const root = await signUpAdmin(parley, 'Root')

/** A word that nobody else's name has. */
const rare = `q${randomBytes(5).toString('hex')}`
const ann = await newcomer(http, { displayName: `Ann-Marie ${rare}lee`, phone: '+49 30 1' })
const bob = await newcomer(http, { displayName: 'Bob', username: `zoe.${rare}_7` })
const carl = await newcomer(http, { displayName: `Carl ${rare.toUpperCase()}` })

type Asks = Pick<Person, 'ask'> | typeof ann

async function foundBy(by: Asks, query: string, more = '') {
  const path = `/users?query=${encodeURIComponent(query)}${more}`
  return (await by.ask<People>('GET', path)).body
}
const idsOf = ({ users }: People) => users.map(({ id }) => id)
const byUsername = (people: readonly { id: string; username: string }[]) =>
  people.toSorted((a, b) => (a.username < b.username ? -1 : 1)).map(({ id }) => id)

it('[D-36] finds people by how a word of their name begins, in any case, in a fixed order', async () => {
  const all = byUsername([ann, bob, carl])
  for (const query of [rare, rare.toUpperCase(), ` ${rare} `]) {
    expect(idsOf(await foundBy(bob, query))).toEqual(all)
  }
  expect(idsOf(await foundBy(bob, `mar ${rare}`))).toEqual([ann.id])
  expect(idsOf(await foundBy(bob, `zoe.${rare}`))).toEqual([bob.id])
  for (const none of [rare.slice(1), `${rare}x`, '%', '_', '\\', "' or 1=1 --", '...', '%%%']) {
    expect([none, idsOf(await foundBy(bob, none))]).toEqual([none, []])
  }
})

it('[P4 D-06 D-39 LIM4] pages by keyset and says whether there is more', async () => {
  const ids: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page: People = await foundBy(bob, rare, `&limit=1${next && `&cursor=${next}`}`)
    expect(page.users).toHaveLength(1)
    ids.push(...idsOf(page))
    next = page.next
  }
  expect(ids).toEqual(byUsername([ann, bob, carl]))
  const everybody = await foundBy(bob, '', '&limit=100')
  expect(idsOf(everybody)).toEqual(expect.arrayContaining(ids))
})

it('follows a change of either name', async () => {
  const eve = await newcomer(http)
  const [one, two] = [`w${uuidv7().slice(24)}`, `v${uuidv7().slice(24)}`]
  await eve.ask('PATCH', '/users/me', { displayName: `Eve ${one}` })
  expect(idsOf(await foundBy(bob, one))).toEqual([eve.id])
  await eve.ask('PATCH', '/users/me', { username: two })
  expect(idsOf(await foundBy(bob, two))).toEqual([eve.id])
  await eve.ask('PATCH', '/users/me', { displayName: 'Eve' })
  expect(idsOf(await foundBy(bob, one))).toEqual([])
  expect(idsOf(await foundBy(bob, `eve ${two}`))).toEqual([eve.id])
})

const profile = ['bio', 'createdAt', 'displayName', 'id', 'username']
const account = [...profile, 'age', 'email', 'phone', 'role'].sort()
const adminAccount = [...account, 'suspendedAt'].sort()

it('[ACC1 S7] shows of each person what the caller may see, in a list as alone', async () => {
  for (const [by, of, keys] of [
    [bob, ann, profile],
    [ann, ann, account],
    [root, ann, adminAccount],
  ] as const) {
    const listed = (await foundBy(by, rare)).users.find(({ id }) => id === of.id)
    const alone = (await by.ask<object>('GET', `/users/${of.id}`)).body
    expect(Object.keys(listed ?? {}).sort()).toEqual(keys)
    expect(alone).toEqual(listed)
  }
  expect(JSON.stringify(await foundBy(bob, rare))).not.toContain(ann.email)
})

it('[S7 D-30] looks for addresses on behalf of admins only', async () => {
  const address = ann.email.slice(0, 14)
  expect(idsOf(await foundBy(root, ann.email.toUpperCase()))).toEqual([ann.id])
  expect(idsOf(await foundBy(root, `${address}`))).toContain(ann.id)
  const other = await newcomer(http, { email: `x_${rare}@example.com` })
  expect(idsOf(await foundBy(root, `x_${rare}@`))).toEqual([other.id])
  expect(idsOf(await foundBy(root, `xy${rare}@`))).toEqual([])
  for (const by of [bob, other]) expect(idsOf(await foundBy(by, `x_${rare}@`))).toEqual([])
})

it('[ACC2] hides the suspended from everybody but admins, alone, in a list and in a room’s', async () => {
  const { username } = stranger()
  const eve = await newcomer(http, { username })
  await eve.ask('POST', '/rooms', { name: username, visibility: 'public' })
  const addresses = [`/users/${eve.id}`, `/users/${eve.id}/rooms`]
  const statuses = async (by: Asks) =>
    Promise.all(addresses.map(async (path) => (await by.ask('GET', path)).status))
  expect(await statuses(bob)).toEqual([200, 200])
  await root.ask('PATCH', `/users/${eve.id}`, { suspended: true })
  expect(await statuses(bob)).toEqual([404, 404])
  expect(idsOf(await foundBy(bob, username))).toEqual([])
  expect(await statuses(root)).toEqual([200, 200])
  expect((await foundBy(root, username)).users).toMatchObject([
    { id: eve.id, suspendedAt: expect.stringMatching(/Z$/) },
  ])
})

it('[V-14 S9] needs a sign-in, and takes only text, limits and cursors that are some', async () => {
  expect(code(await http('GET', '/users'))).toEqual([401, 'unauthenticated'])
  expect(code(await bob.ask('GET', `/users/${uuidv7()}`))).toEqual([404, 'notFound'])
  const long = 'q'.repeat(queryCharactersMax)
  expect((await bob.ask('GET', `/users?query=${long}`)).status).toBe(200)
  for (const query of [`query=${long}q`, 'limit=0', 'limit=101', 'cursor=x', 'role=admin']) {
    expect([query, ...code(await bob.ask('GET', `/users?${query}`))]).toEqual([
      ...[query, 400, 'invalid'],
    ])
  }
  expect((await bob.ask('GET', '/users?query=%00%ff%ed%a0%80')).status).toBe(200)
})
