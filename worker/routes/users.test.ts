// In which rooms somebody is, as far as one may know.

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Directory } from '../../protocol/api/rooms.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { type Person, signUp } from '../../test/support/parley.ts'
import { code, create } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const { http } = parley

async function roomsSeen(by: Person, of: Person) {
  const seen: Directory['rooms'] = []
  let next: string | null = ''
  while (next !== null) {
    const path: string = `/users/${of.id}/rooms?limit=1${next && `&cursor=${next}`}`
    const { body } = await by.ask<Directory>('GET', path)
    seen.push(...body.rooms)
    next = body.next
  }
  return seen
}

it('[V-9] shows public rooms and shared ones, and private ones to nobody else', async () => {
  const ann = await signUp(parley, 'Ann')
  const bob = await signUp(parley, 'Bob')
  const carl = await signUp(parley, 'Carl')
  const open = await create(ann)
  // Two private rooms may have one name: the page must not stop at it.
  const [shared, hidden] = [
    await create(ann, { name: 'Den', visibility: 'private' }),
    await create(ann, { name: 'Den', visibility: 'private' }),
  ]
  const left = await create(carl)
  await ann.ask('POST', `/rooms/${left.id}/join`)
  await ann.ask('POST', `/rooms/${left.id}/leave`)
  const invite = await ann.ask<{ code: string }>('POST', `/rooms/${shared.id}/invites`, {})
  await bob.ask('POST', `/invites/${invite.body.code}/accept`)

  const ids = async (by: Person) => (await roomsSeen(by, ann)).map(({ id }) => id).sort()
  expect(await ids(ann)).toEqual([open.id, shared.id, hidden.id].sort())
  expect(await ids(bob)).toEqual([open.id, shared.id].sort())
  expect(await ids(carl)).toEqual([open.id])
  const roles = (await roomsSeen(bob, ann)).map(({ id, role }) => [id === shared.id, role])
  expect(roles.sort()).toEqual([
    [false, null],
    [true, 'member'],
  ])
})

it('[V-14] knows nobody who is not there, and needs a sign-in', async () => {
  const ann = await signUp(parley, 'Ann')
  const alone = await signUp(parley, 'Alone')
  expect(code(await ann.ask('GET', `/users/${uuidv7()}/rooms`))).toEqual([404, 'notFound'])
  expect((await ann.ask('GET', `/users/${alone.id}/rooms`)).body).toEqual({ rooms: [], next: null })
  expect((await http('GET', `/users/${ann.id}/rooms`)).status).toBe(401)
  expect(code(await ann.ask('GET', `/users/${ann.id}/rooms?cursor=x`))).toEqual([400, 'invalid'])
})
