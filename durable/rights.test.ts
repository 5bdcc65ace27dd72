import { describe, expect, it } from 'vitest'
import { type Action, actions, outranks, Role } from '../protocol/permissions.ts'
import { seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'
import type { Asker } from './room-calls.ts'

const kinds = [
  ...['stranger', 'guest', 'member', 'moderator', 'owner'],
  ...['muted', 'removed', 'banned', 'ended'],
] as const

const olga = asker(owner.id)
const somebody = userId(50)
const person = (id = somebody) => ({ id, name: 'P', avatar: null, asOf: 9 })
const entry = { name: 'Cellar', topic: '', visibility: 'private' as const, version: 9 }

/** A room with one of each, and who asks as each of them. */
function roomWithAll(): { room: LocalRoom; askers: Record<string, Asker> } {
  const room = new LocalRoom()
  const ids: Record<string, number> = { guest: 2, member: 3, moderator: 4, muted: 5 }
  for (const role of Role.options) if (ids[role]) room.join(ids[role], role)
  for (const n of [5, 6, 7, 8]) room.join(n)
  const { people, ended } = room.open
  people.changeMember(olga, userId(5), { mutedUntil: room.nowMs + 60_000 })
  people.remove(olga, userId(6))
  people.ban(olga, person(userId(7)))
  room.join(50)
  const all = { stranger: 9, removed: 6, banned: 7, ended: 8, ...ids }
  const askers = Object.fromEntries(
    Object.entries(all).map(([kind, n]) => [kind, asker(userId(n))]),
  )
  ended.add([askers['ended']!.sessionId], room.nowMs + 60_000)
  return { room, askers: { ...askers, owner: olga } }
}

/** What asking for each comes to: the one thing that the right allows. */
const asks: Record<Action, (room: LocalRoom, who: Asker) => { ok: boolean } | string | null> = {
  read: ({ open }, who) => open.room.history(who, { limit: 1 }),
  send: ({ open }, who) => open.room.send(who, message()),
  listMembers: ({ open }, who) => open.people.members(who, { after: null, limit: 1 }),
  markRead: ({ open }, who) => open.signs.markRead(who, seq(1)),
  type: ({ open }, who) => open.signs.types(who, true)?.code ?? null,
  editOwn: (room, who) => room.open.room.edit(who, { seq: write(room, who), body: 'Edited' }),
  deleteOwn: (room, who) => room.open.room.erase(who, { seq: write(room, who) }),
  react: (room, who) => {
    const at = room.post(owner.id).seq
    return room.open.room.react(who, { seq: at, emoji: '👍', on: true })
  },
  invite: ({ open }, who) => {
    open.people.configure(olga, { invitesBy: 'member' })
    return open.people.mayInvite(who)
  },
  deleteAny: (room, who) => room.open.room.erase(who, { seq: room.post(somebody).seq }),
  skipSlowMode: (room, who) => {
    room.open.people.configure(olga, { slowModeSeconds: 60 })
    room.open.room.send(who, message())
    return room.open.room.send(who, message())
  },
  changeRoom: ({ open }, who) => open.people.change(who, { ...entry, visibility: 'public' }),
  mute: ({ open }, who) => open.people.changeMember(who, somebody, { mutedUntil: 5 }),
  remove: ({ open }, who) => open.people.remove(who, somebody),
  ban: ({ open }, who) => open.people.ban(who, person()),
  listBans: ({ open }, who) => open.people.bans(who, { after: null, limit: 1 }),
  changeRole: ({ open }, who) => open.people.changeMember(who, somebody, { role: 'moderator' }),
  manageBots: ({ open }, who) => open.bots.mayManage(who),
  manageWebhooks: ({ open }, who) => open.webhooks.list(who),
  exportRoom: ({ open }, who) => open.rights.forbids(who, 'exportRoom')?.code ?? null,
  deleteRoom: ({ open }, who) => open.rights.forbids(who, 'deleteRoom')?.code ?? null,
}

/** A message of theirs, whether they may write now or not. */
function write(room: LocalRoom, who: Asker) {
  const { seq: at } = room.post(owner.id)
  room.sql.run('UPDATE messages SET author = ? WHERE seq = ?', who.userId, at)
  return at
}

const G = ['guest', 'member', 'moderator', 'owner', 'muted']
const M = ['member', 'moderator', 'owner', 'muted']
const unmuted = (of: string[]) => of.filter((kind) => kind !== 'muted')
const moderators = ['moderator', 'owner']

/** Who may: by hand, so that a slip in the table of rights shows here. */
const allowed: Record<Action, readonly string[]> = {
  ...{ read: G, listMembers: G, markRead: G, send: unmuted(G), type: unmuted(G) },
  ...{ editOwn: unmuted(M), react: unmuted(M), deleteOwn: M, invite: M },
  ...{ deleteAny: moderators, skipSlowMode: moderators, changeRoom: moderators },
  ...{ mute: moderators, remove: moderators, ban: moderators, listBans: moderators },
  ...{
    changeRole: ['owner'],
    manageBots: ['owner'],
    manageWebhooks: ['owner'],
    exportRoom: ['owner'],
  },
  ...{ deleteRoom: ['owner'] },
}

const codeOf = (answer: unknown): string | null => {
  if (answer === null || typeof answer === 'string') return answer
  const { refusal = null } = answer as { refusal?: { code: string } | null }
  return refusal?.code ?? null
}

describe('the matrix', () => {
  it('[S8] has a row for every action', () => {
    expect(Object.keys(asks).sort()).toEqual([...actions].sort())
  })

  it.each(actions)('[S8 SOK13] %s is whose it should be, and nobody else’s', (action) => {
    const codes = kinds.map((kind) => {
      const { room, askers } = roomWithAll()
      return [kind, codeOf(asks[action](room, askers[kind]!))] as const
    })
    const may = codes.filter(([, code]) => code === null).map(([kind]) => kind)
    expect(may.sort()).toEqual([...allowed[action]].sort())
    const why = Object.fromEntries(codes)
    expect(why['ended']).toBe('unauthenticated')
    for (const outside of ['stranger', 'removed', 'banned']) expect(why[outside]).toBe('forbidden')
  })

  it.each(actions)(
    '[S8 V-9] %s of a private room is nothing that a stranger may know of',
    (action) => {
      for (const kind of ['stranger', 'removed', 'banned']) {
        const { room, askers } = roomWithAll()
        room.open.people.change(olga, entry)
        if (action === 'changeRoom') continue // The question itself makes it public.
        expect(codeOf(asks[action](room, askers[kind]!))).toBe('notFound')
      }
    },
  )
})

describe('ranks', () => {
  const target = (room: LocalRoom, role: Role) =>
    role === 'owner' ? owner.id : room.join(60, role)

  it('[S8] nobody mutes, removes or bans an equal or a higher one, themselves included', () => {
    for (const role of Role.options) {
      const room = new LocalRoom()
      const max = asker(room.join(61, 'moderator'))
      const id = target(room, role)
      const { people } = room.open
      const isAllowed = outranks('moderator', role)
      expect(isAllowed).toBe(role === 'guest' || role === 'member')
      expect(people.changeMember(max, id, { mutedUntil: 5 }).ok).toBe(isAllowed)
      expect(people.changeMember(max, max.userId, { mutedUntil: 5 }).ok).toBe(false)
      expect(people.ban(max, person(max.userId)).ok).toBe(false)
      expect(people.remove(max, id).ok).toBe(isAllowed)
      expect(people.ban(max, person(id)).ok).toBe(isAllowed)
    }
  })

  it('the owner hands the room over and stays as a moderator; it is never without one', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const { people, members } = room.open
    const give = (to: Exclude<Role, 'guest'>, id = ana, by = olga) =>
      people.changeMember(by, id, { role: to })
    expect(give('member', owner.id)).toMatchObject({ refusal: { code: 'ownerLeaves' } })
    expect(give('owner', owner.id)).toMatchObject({ ok: true })
    expect(give('owner')).toMatchObject({ ok: true, value: { role: 'owner' } })
    expect([members.roleOf(owner.id), members.ownerId()]).toEqual(['moderator', ana])
    expect(give('member')).toMatchObject({ refusal: { code: 'forbidden' } })
    expect(people.leave(olga)).toMatchObject({ ok: true })
    expect(people.leave(asker(ana))).toMatchObject({ refusal: { code: 'ownerLeaves' } })
  })

  it('[SOK13] silence does not come along with the room, and never binds its owner', () => {
    const room = new LocalRoom()
    const ana = room.join(2)
    const { people, members } = room.open
    const mutedUntil = room.nowMs + 60_000
    people.changeMember(olga, ana, { mutedUntil })
    const given = people.changeMember(olga, ana, { role: 'owner' })
    expect(given).toMatchObject({ value: { role: 'owner', mutedUntil: null } })
    expect(members.find(ana)?.mutedUntil).toBeNull()
    expect(room.open.room.send(asker(ana), message()).ok).toBe(true)
    // As a room may have been left by an earlier day.
    room.sql.run('UPDATE members SET muted_until = ? WHERE user = ?', mutedUntil, ana)
    expect(room.open.room.send(asker(ana), message()).ok).toBe(true)
    expect(room.open.signs.types(asker(ana), true)).toBeNull()
    const unmute = (by: Asker) => people.changeMember(by, ana, { mutedUntil: null })
    expect(unmute(olga)).toMatchObject({ refusal: { code: 'forbidden' } })
    expect(unmute(asker(ana))).toMatchObject({ value: { mutedUntil: null } })
    expect(people.changeMember(asker(ana), ana, { mutedUntil }).ok).toBe(false)
  })

  it('members invite where the settings say so, guests never', () => {
    const room = new LocalRoom()
    const [guest, ana, max] = [room.join(2, 'guest'), room.join(3), room.join(4, 'moderator')]
    const may = () => [guest, ana, max].map((id) => room.open.people.mayInvite(asker(id)).ok)
    expect(may()).toEqual([false, false, true])
    room.open.people.configure(olga, { invitesBy: 'member' })
    expect(may()).toEqual([false, true, true])
  })
})
