import { expect, it } from 'vitest'
import type { UserId } from '../protocol/ids.ts'
import { userId } from '../test/support/ids.ts'
import { asker, LocalRoom, owner } from '../test/support/local-room.ts'
import { honoursInvitesOf, noted } from './asked.ts'

const by = asker(owner.id)
const person = (id: UserId) => ({ id, name: 'Bob', avatar: null, asOf: 1 })

it('[ORD2] says whether anything changed', () => {
  const { open } = new LocalRoom()
  const bob = userId(2)
  open.people.join(asker(bob), person(bob), false)
  const remove = noted(({ people }) => people.remove(by, bob))
  const unban = noted(({ people }) => people.unban(by, bob))
  expect(remove(open)).toMatchObject({ ok: true, value: { value: null, hasChanged: true } })
  expect(remove(open)).toMatchObject({ ok: true, value: { hasChanged: false } })
  expect(unban(open)).toMatchObject({ ok: true, value: { hasChanged: false } })
  const refused = noted(({ people }) => people.unban(asker(bob), owner.id))
  expect(refused(open)).toMatchObject({ ok: false })
})

it('[V-8] an invitation ends with the right to invite, and comes back with it', () => {
  const { open } = new LocalRoom()
  const bob = userId(2)
  const role = (to: 'member' | 'moderator') => open.people.changeMember(by, bob, { role: to })
  expect([honoursInvitesOf(open, owner.id), honoursInvitesOf(open, bob)]).toEqual([true, false])
  open.people.join(asker(bob), person(bob), false)
  open.people.configure(by, { invitesBy: 'moderator' })
  const found = [honoursInvitesOf(open, bob)]
  role('moderator')
  found.push(honoursInvitesOf(open, bob))
  role('member')
  found.push(honoursInvitesOf(open, bob))
  open.people.configure(by, { invitesBy: 'member' })
  found.push(honoursInvitesOf(open, bob))
  open.people.ban(by, { id: bob })
  found.push(honoursInvitesOf(open, bob))
  expect(found).toEqual([false, true, false, true, false])
})
