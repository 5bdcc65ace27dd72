import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Epoch } from '../protocol/ids.ts'
import { backupRowsMax } from '../protocol/limits.ts'
import { newEpoch, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'
import { cast, furnishedRoom } from '../test/support/room-commands.ts'
import { SpilledPages } from './aside.ts'
import { backupOf, beginEpoch, Restoration } from './backup.ts'
import { exportStream } from './exports.ts'
import { readRestoration } from './restore.ts'
import type { ExportFormat } from './room-calls.ts'

const olga = asker(owner.id)

/** A room with something of everything. */
function richRoom(): LocalRoom {
  const room = furnishedRoom()
  const { room: heart, people } = room.open
  heart.edit(olga, { seq: seq(8), body: 'Edited' })
  heart.erase(asker(cast.ana), { seq: seq(7) })
  const { seq: at } = room.post(cast.ana, 'To you', { replyTo: seq(8), mentions: [owner.id] })
  heart.react(olga, { seq: at, emoji: '👍', on: true })
  people.changeMember(olga, cast.ana, { mutedUntil: 2e12 })
  people.configure(olga, { slowModeSeconds: 5, editWindowSeconds: 60, invitesBy: 'member' })
  return room
}

const exported = (room: LocalRoom, format: ExportFormat = 'ndjson') => {
  const { sql, open, nowMs } = room
  const backup = backupOf(sql, open.ledger, open.reader)
  const isCurrent = () => room.open.ledger.epoch === backup.heads.epoch
  const aside = new SpilledPages(sql, newEpoch())
  return exportStream({ format, backup, exportedAt: nowMs, aside, isCurrent })
}

async function restore(
  room: LocalRoom,
  lines: ReadableStream<Uint8Array>,
  epoch = newEpoch(),
  signal = AbortSignal.timeout(60_000),
) {
  const terms = { roomId: room.open.ledger.room.id, nowMs: room.nowMs, signal }
  try {
    const finish = await readRestoration(room.sql, lines, terms)
    finish(epoch)
  } catch (error) {
    Restoration.clear(room.sql)
    throw error
  }
  room.restart()
}

/** The room as people see it: everything but what counts changes. */
function seen({ open }: LocalRoom) {
  const { seq: head, room } = open.ledger
  const without = <Row extends object>(rows: Iterable<Row>) =>
    [...rows].map((row) => ({ ...row, rev: 0 }))
  const members = [...cast_()].map((id) => open.members.find(id))
  return {
    ...{ head, settings: room.settings, memberCount: room.memberCount },
    messages: without(open.reader.range(1, head)),
    members: members.map((row) => row && { ...row, rev: 0 }),
    searched: open.room.search(olga, { query: 'edited', limit: 9 }),
  }
}

function databaseOf(chunks: readonly Uint8Array[]): DatabaseSync {
  const folder = mkdtempSync(join(tmpdir(), 'parley-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'room.sqlite'), Buffer.concat(chunks))
  return new DatabaseSync(join(folder, 'room.sqlite'), { readOnly: true })
}

const cast_ = () => [owner.id, ...Object.values(cast)]

describe('export and restore', () => {
  it('[SOK3 R8] bring back the same room in another epoch, its revs without holes', async () => {
    const [room, other] = [richRoom(), new LocalRoom()]
    other.post(owner.id, 'To be replaced')
    const epoch = newEpoch()
    await restore(other, exported(room), epoch)
    while (!other.open.backlog.isFilled) other.open.backlog.fill()
    expect(seen(other)).toEqual(seen(room))
    expect(other.open.ledger.epoch).toBe(epoch)
    const { rows, more } = other.open.reader.changesSince(0 as never, owner.id)
    const revs = [...rows.messages, ...rows.members].map((row) => Number(row.rev))
    const sorted = [Number(rows.room?.rev), ...revs].toSorted((a, b) => a - b)
    expect([more, sorted]).toEqual([false, sorted.map((_, index) => index + 1)])
    other.open.people.changeMember(olga, cast.ana, { mutedUntil: null })
    expect(other.post(cast.ana)).toMatchObject({ seq: room.open.ledger.seq + 1 })
  })

  it('[SOK3] every cursor of before is answered with a snapshot', async () => {
    const room = richRoom()
    const { epoch, rev } = room.open.ledger
    await restore(room, exported(room))
    const [welcome, changes] = room.attach(owner.id, { epoch, after: rev }).frames
    expect(welcome).toMatchObject({ resumed: false })
    expect(changes).toMatchObject({ snapshot: true, from: null })
  })

  it('[API5] the mirror begins anew: nothing of the new life is archived, every mark is news', async () => {
    const room = richRoom()
    await room.open.archive.run()
    room.open.marks.settle(room.open.marks.flagged(99))
    await restore(room, exported(room))
    expect(room.open.archive.state).toMatchObject({ archived: 0, failures: 0 })
    const { members, marks, ledger } = room.open
    const known = cast_().filter((id) => members.find(id))
    expect(marks.flagged(99)).toHaveLength(known.length)
    expect(marks.of(cast.ana)).toBe(ledger.seq)
  })

  it('[SOK9] nobody is left going: whoever was is of the life before', async () => {
    const room = richRoom()
    const socket = room.arrive(cast.ana)
    room.open.reception.detach(socket.session)
    const left = () => room.sql.run('SELECT user FROM departures')
    expect(left()).toHaveLength(1)
    await restore(room, exported(room))
    expect(left()).toEqual([])
  })

  it('[SOK15] a crowd that was restored is as quiet as before', async () => {
    const room = richRoom()
    await restore(room, exported(room))
    const notable = room.sql.run<{ user: string }>('SELECT user FROM members WHERE notable = 1')
    const expected = [owner.id, cast.ana, cast.max, cast.banned] // Ana is muted.
    expect(notable.map(({ user }) => user).sort()).toEqual([...expected].sort())
  })

  it('are the room of one moment, in batches, however it goes on', () => {
    const room = new LocalRoom()
    for (let n = 0; n < 2 * backupRowsMax + 1; n += 1) room.post(owner.id)
    const { messages, heads } = backupOf(room.sql, room.open.ledger, room.open.reader)
    room.post(owner.id, 'Later')
    expect([...messages].map((row) => Number(row.seq))).toEqual(
      Array.from({ length: heads.seq }, (_, n) => n + 1),
    )
  })

  it('[R8] a database is written whole while long rows change between its chunks', async () => {
    const room = new LocalRoom()
    for (let n = 0; n < 800; n += 1) room.post(owner.id, `${n} ${'ö'.repeat(1_500)}`)
    const chunks: Uint8Array[] = []
    for await (const chunk of exported(room, 'sqlite')) {
      const at = seq(1 + ((chunks.length * 7) % 800))
      room.open.room.react(olga, { seq: at, emoji: '👍', on: chunks.length % 2 === 0 })
      room.open.room.edit(olga, { seq: seq(801 - at), body: 'x'.repeat(1 + chunks.length * 5) })
      chunks.push(chunk)
    }
    const db = databaseOf(chunks)
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    const rows = db.prepare('SELECT body, reactions FROM messages ORDER BY seq').all()
    const isWhole = ({ body }: (typeof rows)[number], n: number) =>
      [`${n} ${'ö'.repeat(1_500)}`, 'x'.repeat(String(body).length)].includes(String(body))
    expect([rows.length, rows.every(isWhole)]).toEqual([800, true])
    expect(room.sql.run('SELECT * FROM aside')).toEqual([])
  })

  it.each(['ndjson', 'sqlite'] as const)(
    '[SOK3 R8] another life that begins meanwhile ends a %s without its end',
    async (format) => {
      const room = new LocalRoom()
      for (let n = 0; n < 1_000; n += 1) room.post(owner.id, 'x'.repeat(1_500))
      const reader = exported(room, format).getReader()
      await reader.read()
      beginEpoch(room.sql, newEpoch())
      room.restart()
      await expect(reader.read()).rejects.toThrow('another life')
    },
  )

  it('an export that nobody reads on leaves nothing aside', async () => {
    const room = new LocalRoom()
    for (let n = 0; n < 2_000; n += 1) room.post(owner.id, 'x'.repeat(2_000))
    const reader = exported(room, 'sqlite').getReader()
    const laid = () => room.sql.run("SELECT 1 FROM sqlite_master WHERE name = 'aside'").length
    while (laid() === 0) await reader.read()
    await reader.cancel()
    expect(room.sql.run('SELECT * FROM aside')).toEqual([])
  })

  it('leave nothing unfinished: a broken export changes nothing of the room', async () => {
    const room = richRoom()
    const text = await new Response(exported(room)).text()
    const lines = text.trimEnd().split('\n')
    const broken = [
      '',
      'nonsense',
      lines.slice(0, -1).join('\n'),
      lines.slice(1).join('\n'),
      lines.filter((line) => !line.includes('"owner"')).join('\n'),
      text.replace('"Edited"', '7'),
      `${text}more`,
    ]
    for (const one of broken) {
      const before = room.dump()
      const restoring = restore(room, new Blob([one]).stream())
      await expect(restoring).rejects.toMatchObject({ code: 'invalid' })
      expect(room.dump()).toEqual(before)
      room.restart()
      expect(room.dump()).toEqual(before)
    }
  })

  it('[ORD6 R16] a fault at any statement of the exchange leaves the room as it was', () => {
    const source = richRoom()
    const { open } = source
    const { members, messages } = backupOf(source.sql, open.ledger, open.reader)
    const restoration = (room: LocalRoom) => {
      const restoring = new Restoration(room.sql)
      for (const row of messages) restoring.add(row)
      return () => restoring.finish(members, open.ledger.room.settings, newEpoch())
    }
    const reference = richRoom()
    const finish = restoration(reference)
    const before = reference.sql.statements
    finish()
    const statements = reference.sql.statements - before
    for (let n = 1; n <= statements; n += 1) {
      const room = richRoom()
      const attempt = restoration(room)
      const rows = room.dump()
      room.sql.failAt(n)
      expect(attempt).toThrow('The disk is gone.')
      room.sql.failAt(null)
      expect(room.dump()).toEqual(rows)
    }
  })
})

it('[SOK3 R8] another epoch over the same rows keeps them, and no cursor', () => {
  const room = richRoom()
  const { epoch, rev } = room.open.ledger
  const before = seen(room)
  const later: Epoch = newEpoch()
  beginEpoch(room.sql, later)
  room.restart()
  expect(seen(room)).toEqual(before)
  expect(room.open.ledger).toMatchObject({ epoch: later, rev })
  for (const after of [0, rev, rev + 5]) {
    const socket = room.attach(owner.id, { epoch, after: after as typeof rev })
    expect(socket.frames[0]).toMatchObject({ resumed: false, epoch: later })
  }
  expect(room.open.room.send(olga, message()).ok).toBe(true)
  expect(room.open.members.find(userId(2))?.state).toBe('joined')
})
