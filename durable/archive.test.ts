import { expect, it } from 'vitest'
import type { Batch } from '../database/archive.ts'
import {
  archiveBackoffMsMax,
  archiveDelayMs,
  archiveLeaseMs,
  archiveRowsMax,
  archiveStepsMax,
  parkedAfterTries,
} from '../protocol/limits.ts'
import { newEpoch } from '../test/support/ids.ts'
import { LocalRoom, owner } from '../test/support/local-room.ts'
import { beginEpoch } from './backup.ts'
import type { DirectoryEntry } from './room-calls.ts'

const say = (room: LocalRoom, body = 'Hello') => room.post(owner.id, body)

const seqsOf = (batches: readonly Batch[]) =>
  batches.flatMap(({ messages }) => messages.map(({ seq }) => Number(seq)))

it('[API5] waits a moment for company, then brings Postgres to the head once', async () => {
  const room = new LocalRoom()
  await room.open.archive.run()
  room.mirrored.length = 0
  room.alarmAtMs = null
  say(room)
  say(room)
  expect(room.alarmAtMs).toBe(room.nowMs + archiveDelayMs)
  expect(room.open.agenda.due(room.nowMs + archiveDelayMs)).toEqual(['archive'])
  await room.open.archive.run()
  expect(room.mirrored).toMatchObject([{ to: 3, seq: 2, memberCount: 1 }])
  expect(seqsOf(room.mirrored)).toEqual([1, 2])
  expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([])
})

it('[API5] goes in batches, each from where the one before ended', async () => {
  const room = new LocalRoom()
  for (let n = 1; n <= 2 * archiveRowsMax + 1; n += 1) {
    room.post(owner.id, 'x')
  }
  await room.open.archive.run()
  expect(room.mirrored.map(({ messages }) => messages.length <= archiveRowsMax)).not.toContain(
    false,
  )
  expect(seqsOf(room.mirrored)).toEqual(
    Array.from({ length: 2 * archiveRowsMax + 1 }, (_, n) => n + 1),
  )
})

it('[API5] stops after some batches and comes back at once for the rest', async () => {
  const room = new LocalRoom()
  await room.open.archive.run()
  room.mirror = async (batch) => {
    say(room) // Never quiet.
    room.mirrored.push(batch)
    return room.directory
  }
  say(room)
  room.mirrored.length = 0
  await room.open.archive.run()
  expect(room.mirrored).toHaveLength(archiveStepsMax)
  expect(room.open.agenda.due(room.nowMs)).toEqual(['archive'])
  expect(room.alarmAtMs).toBe(room.nowMs)
})

it('[R13] moves its cursor to the end of the batch, not to what was written meanwhile', async () => {
  const room = new LocalRoom()
  say(room)
  room.mirror = async (batch) => {
    if (room.mirrored.length === 0) say(room, 'While it was away')
    room.mirrored.push(batch)
    return room.directory
  }
  await room.open.archive.run()
  expect(seqsOf(room.mirrored)).toEqual([1, 2])
})

it('[API5 R14] never gives up: backs off to 30 s, is not hurried by news, and catches up', async () => {
  const room = new LocalRoom()
  say(room)
  room.mirror = () => Promise.reject(new Error('Postgres is away.'))
  const waits: number[] = []
  for (let n = 0; n < 20; n += 1) {
    await room.open.archive.run()
    waits.push(room.alarmAtMs! - room.nowMs)
    room.nowMs = room.alarmAtMs!
    say(room)
    expect(room.alarmAtMs).toBe(room.nowMs)
    if (n === 9) room.restart()
  }
  expect(waits.slice(0, 3)).toEqual([1_500, 3_000, 6_000])
  expect(Math.max(...waits)).toBeLessThanOrEqual(archiveBackoffMsMax)
  room.mirror = async (batch) => {
    room.mirrored.push(batch)
    return room.directory
  }
  await room.open.archive.run()
  expect(seqsOf(room.mirrored)).toEqual(Array.from({ length: 21 }, (_, n) => n + 1))
})

it('[SND8 R13] takes a mark along only when it has brought its member', async () => {
  const room = new LocalRoom()
  for (let n = 1; n <= archiveRowsMax; n += 1) room.post(owner.id, 'x')
  const ana = room.join(2)
  await room.open.archive.run()
  const withMembers = room.mirrored.map(({ members, marks }) => [members, marks] as const)
  const isMark = ({ userId }: { userId: string }) => userId === ana
  expect(withMembers.map(([members]) => members.some(isMark))).toEqual([false, true])
  expect(withMembers.map(([, marks]) => marks.some(isMark))).toEqual([false, true])
})

it('[R14] a retry of a refused row that fails does not stop it for good', async () => {
  const room = new LocalRoom()
  const refused = new Error('refused')
  let isAway = false
  room.refusesRows = (error) => error === refused
  room.mirror = async ({ messages }) => {
    if (isAway) throw new Error('Postgres is away.')
    if (messages.length > 0) throw refused
    return room.directory
  }
  say(room)
  await room.open.archive.run()
  isAway = true
  room.passMs(archiveDelayMs)
  await room.open.archive.run()
  expect(room.open.archive.state.failures).toBe(1)
  isAway = false
  for (let n = 0; n < parkedAfterTries; n += 1) {
    room.passMs(archiveBackoffMsMax)
    await room.open.archive.run()
  }
  expect(room.open.archive.state).toMatchObject({ failures: 0, parked: 1 })
  say(room, 'And now?')
  expect(room.open.agenda.due(room.nowMs + archiveDelayMs)).toEqual(['archive'])
})

it('[ORD5] after a kill goes on from the last confirmed batch', async () => {
  const room = new LocalRoom()
  say(room)
  await room.open.archive.run()
  say(room)
  room.mirror = () => new Promise(() => {})
  void room.open.archive.run()
  room.restart()
  room.mirror = async (batch) => {
    room.mirrored.push(batch)
    return room.directory
  }
  await room.open.archive.run()
  expect(seqsOf(room.mirrored)).toEqual([1, 2])
})

it('one run at a time: a second waits for the first, then sees to the rest', async () => {
  const room = new LocalRoom()
  let underWay = 0
  let most = 0
  room.mirror = async (batch) => {
    underWay += 1
    most = Math.max(most, underWay)
    await Promise.resolve()
    underWay -= 1
    room.mirrored.push(batch)
    return room.directory
  }
  say(room)
  const first = room.open.archive.run()
  say(room)
  await Promise.all([first, room.open.archive.run(), room.open.archive.run()])
  expect(most).toBe(1)
  expect(seqsOf(room.mirrored)).toEqual([1, 2])
})

it('[R14] a run longer than its lease rings no alarm without a pause', async () => {
  const room = new LocalRoom()
  room.mirror = () => new Promise(() => {})
  void room.open.archive.run()
  room.nowMs += archiveLeaseMs
  expect(room.open.agenda.due(room.nowMs)).toEqual(['archive'])
  void room.open.archive.run() // The alarm.
  expect(room.open.agenda.due(room.nowMs + archiveLeaseMs - 1)).toEqual([])
  expect(room.open.agenda.due(room.nowMs + archiveLeaseMs)).toEqual(['archive'])
})

it('[API5 R8] a life that began, or was killed, without an alarm for its mirror sets one', async () => {
  const room = new LocalRoom()
  await room.open.archive.run()
  room.restart()
  expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([])

  beginEpoch(room.sql, newEpoch())
  room.alarmAtMs = null
  room.restart()
  expect(room.alarmAtMs).toBe(room.nowMs + archiveDelayMs)

  room.mirror = () => new Promise(() => {})
  void room.open.archive.run()
  room.alarmAtMs = null
  room.restart()
  expect(room.alarmAtMs).toBe(room.nowMs + archiveDelayMs)
})

it('[API5] how long Postgres lacks something outlives the object', async () => {
  const room = new LocalRoom()
  await room.open.archive.run()
  expect(room.open.archive.state.behindMs).toBe(0)
  say(room)
  const { mirror } = room
  room.mirror = () => Promise.reject(new Error('Postgres is away.'))
  room.passMs(5_000)
  await room.open.archive.run()
  room.restart()
  room.passMs(5_000)
  say(room)
  expect(room.open.archive.state.behindMs).toBe(10_000)
  room.mirror = mirror
  await room.open.archive.run()
  expect(room.open.archive.state.behindMs).toBe(0)
  room.restart()
  expect(room.open.archive.state.behindMs).toBe(0)

  beginEpoch(room.sql, newEpoch())
  room.restart()
  room.passMs(1_000)
  expect(room.open.archive.state.behindMs).toBe(1_000)
})

it('[D-22] writes nothing more once the room is being erased', async () => {
  const room = new LocalRoom()
  say(room)
  const called = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<DirectoryEntry | null>()
  room.mirror = () => {
    called.resolve()
    return answered.promise
  }
  const running = room.open.archive.run()
  await called.promise
  room.open.archive.stop()
  const before = room.sql.statements
  answered.resolve(room.directory)
  await running
  expect(room.sql.statements).toBe(before)
})

it('adopts what the directory says, of its own accord or asked to', async () => {
  const room = new LocalRoom()
  room.directory = { name: 'Cellar', topic: '', visibility: 'private', version: 2 }
  await room.open.archive.run()
  expect(room.open.ledger.room).toMatchObject({ name: 'Cellar', visibility: 'private' })
  await room.open.archive.run() // The change itself, to the mirror.
  room.directory = { name: 'Attic', topic: '', visibility: 'public', version: 3 }
  await room.open.archive.run()
  expect(room.open.ledger.room.name).toBe('Cellar') // Nothing to archive, nothing asked.
  await room.open.archive.refresh()
  expect(room.open.ledger.room.name).toBe('Attic')
})

it('[D-21] knows itself an orphan when the directory has no row at the first mirroring, and only then', async () => {
  const late = new LocalRoom()
  late.directory = null
  await late.open.archive.run()
  expect(late.open.archive.isOrphan).toBe(true)

  const old = new LocalRoom()
  await old.open.archive.run()
  say(old)
  old.directory = null // Postgres went back to an older day: no reason to erase a room.
  await old.open.archive.run()
  expect(old.open.archive.isOrphan).toBe(false)
})
