import { describe, expect, it } from 'vitest'
import type { MemberRow } from '../protocol/changes.ts'
import { quietMembersMax } from '../protocol/limits.ts'
import { actions, BotRight, completed, may, roleOfBot } from '../protocol/permissions.ts'
import { newEpoch, rev, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'
import { Restoration } from './backup.ts'
import { withBots } from './restored-bots.ts'

const olga = asker(owner.id)
const robot = userId(70)
const bot = asker(robot)

function roomWithBot(rights: readonly BotRight[], room = new LocalRoom()): LocalRoom {
  const seed = { id: robot, name: 'Robot', avatar: null, asOf: 5, rights: completed(rights) }
  expect(room.open.bots.admit(olga, seed).ok).toBe(true)
  room.passMs(1_000)
  return room
}

describe('what a bot may', () => {
  it('[BOT3] is nothing above a moderator’s', () => {
    expect(actions.filter((action) => BotRight.options.some((right) => right === action))).toEqual(
      actions.filter(
        (action) => may('moderator', action) && !['invite', 'changeRoom'].includes(action),
      ),
    )
    expect([roleOfBot(['read', 'react']), roleOfBot(['send', 'ban'])]).toEqual([
      ...['member', 'moderator'],
    ])
  })

  it('[BOT3] is what it was made for, whatever its role has', () => {
    const { open } = roomWithBot(['read', 'send', 'remove'])
    expect(open.room.history(bot, { limit: 1 }).ok).toBe(true)
    expect(open.room.send(bot, message()).ok).toBe(true)
    expect(open.people.ban(bot, { id: owner.id })).toMatchObject({ refusal: { code: 'forbidden' } })
    expect(open.people.remove(bot, owner.id)).toMatchObject({ refusal: { code: 'forbidden' } })
    expect(open.signs.types(bot, true)?.code).toBe('forbidden')
  })

  it('[BOT3] holds for what others wrote', () => {
    const room = roomWithBot(['deleteOwn'])
    room.post(owner.id)
    expect(room.open.room.erase(bot, { seq: seq(2) }).ok).toBe(false)
    const other = roomWithBot(['deleteAny'])
    other.post(owner.id)
    expect(other.open.room.erase(bot, { seq: seq(2) }).ok).toBe(true)
  })

  it('[LIM2] is slowed like a member’s, unless it was made to pass', () => {
    for (const [rights, isOk] of [
      [['send'], false],
      [['send', 'skipSlowMode'], true],
    ] as const) {
      const room = roomWithBot(rights)
      room.open.people.configure(olga, { slowModeSeconds: 60 })
      room.open.room.send(bot, message())
      expect(room.open.room.send(bot, message()).ok).toBe(isOk)
    }
  })

  it('[SOK13] is nothing once it is gone', () => {
    const room = roomWithBot(['read', 'send'])
    const socket = room.attach(robot)
    room.open.bots.dismiss(robot)
    expect(socket.closed?.code).toBe(4403)
    expect(room.open.room.send(bot, message()).ok).toBe(false)
    expect(room.open.bots.dismiss(robot).ok).toBe(true)
  })
})

it('[BOT2] a crowd is told of every bot, and that it is one', () => {
  const room = new LocalRoom()
  for (let n = 0; n <= quietMembersMax; n += 1) room.join(100 + n)
  const socket = room.arrive(owner.id)
  roomWithBot(['send'], room)
  const told = socket.changes.flatMap(({ members }) => members)
  expect(told).toMatchObject([{ userId: robot, isBot: true }])
  const { rows } = room.open.reader.snapshot(owner.id)
  expect(rows.members.find(({ userId: id }) => id === robot)).toMatchObject({ isBot: true })
  expect(rows.members.find(({ userId: id }) => id === owner.id)).not.toHaveProperty('isBot')
})

it('[SOK5] its row is the same live and in a snapshot, come and gone', () => {
  const room = new LocalRoom()
  const socket = room.arrive(owner.id)
  roomWithBot(['send'], room)
  const live = socket.changes.flatMap(({ members }) => members)
  const { rows } = room.open.reader.snapshot(owner.id)
  expect(live).toEqual(rows.members.filter(({ userId: id }) => id === robot))
  room.open.bots.dismiss(robot)
  room.passMs(1_000)
  expect(socket.changes.at(-1)?.members).toMatchObject([{ state: 'left', isBot: true }])
})

describe('a restore', () => {
  const row = (n: number, more: Partial<MemberRow> = {}): MemberRow => ({
    ...{ userId: userId(n), rev: rev(n), name: `M${n}`, avatar: null, role: 'member' },
    ...{ state: 'joined', mutedUntil: null },
    ...more,
  })
  const known = (n: number, state: MemberRow['state']) => ({
    ...{ userId: userId(n), rev: rev(n), name: `B${n}`, state },
    ...{ role: 'moderator' as const, rights: '["ban"]' },
  })

  it('[BOT5] leaves those that are in as they are, with their rights', () => {
    const room = roomWithBot(['send', 'ban'])
    const restoration = new Restoration(room.sql)
    const olgas = row(1, { userId: owner.id, role: 'owner' })
    restoration.finish(
      [olgas, row(60, { isBot: true })],
      room.open.ledger.room.settings,
      newEpoch(),
    )
    room.restart()
    expect(room.open.rights.permit(bot, 'ban').ok).toBe(true)
    expect(room.open.rights.permit(bot, 'mute').ok).toBe(false)
    expect(room.open.rights.permit(asker(userId(60)), 'read').ok).toBe(false)
    const { rows } = room.open.reader.snapshot(owner.id)
    expect(rows.members.map(({ userId: id, isBot }) => [id, isBot])).toEqual([
      ...[
        [owner.id, undefined],
        [robot, true],
      ],
    ])
    expect(room.open.ledger.room.memberCount).toBe(2)
  })

  it('[BOT5] brings back no bot that was revoked, and loses none that was not', () => {
    const restored = withBots(
      [row(1), row(2, { isBot: true }), row(3, { isBot: true }), row(4)],
      [known(2, 'joined'), known(4, 'left'), known(5, 'joined'), known(6, 'left')],
    )
    const told = restored.map(({ userId: id, role, state, rights }) => [id, role, state, rights])
    expect(told).toEqual([
      [userId(1), 'member', 'joined', null],
      [userId(2), 'moderator', 'joined', '["ban"]'],
      [userId(3), 'member', 'left', '[]'],
      [userId(4), 'member', 'left', '[]'],
      [userId(5), 'moderator', 'joined', '["ban"]'],
    ])
  })
})
