// A room by its own word beside what Postgres has of it: one shape, so that equal is equal. [API5]

import { eq, getTableColumns, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import type { Database } from '../../database/client.ts'
import { memberships, messages, rooms } from '../../database/schema.ts'
import type { MemberRow, MessageRow } from '../../protocol/changes.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import type { Person } from './parley.ts'
import { RoomSocket } from './room-socket.ts'

export interface Whole {
  readonly heads: { epoch: string; rev: number; seq: number; memberCount: number }
  readonly owner: string
  readonly members: readonly MemberRow[]
  readonly messages: readonly (Omit<MessageRow, 'mentions'> & { mentions: readonly string[] })[]
  /** Whoever is in and has read anything. */
  readonly reads: Readonly<Record<UserId, number>>
  /** The lives that rows are of: one. */
  readonly epochs: readonly string[]
  /** Seqs that a search may find. */
  readonly findable: readonly number[]
}

/** What the room says to its owner: an export, and the marks that a new socket is told. */
export async function roomItself(url: string, room: RoomId, owner: Person): Promise<Whole> {
  const socket = new RoomSocket(url, room, owner.token)
  await socket.until(({ type }) => type === 'changes')
  const told = await Promise.race([socket.until(({ type }) => type === 'reads'), noneTold(socket)])
  await socket.close()
  const lines = (await exportOf(url, room, owner)).trim().split('\n')
  const [head, ...rows] = lines.map((line) => JSON.parse(line))
  const ofType = (wanted: string) =>
    rows.filter(({ type }) => type === wanted).map(({ type: _, ...row }) => row)
  const members: MemberRow[] = ofType('member')
  const said: MessageRow[] = ofType('message')
  return {
    heads: { ...heads(head), memberCount: head.room.memberCount },
    owner: members.find(({ role, state }) => role === 'owner' && state === 'joined')?.userId ?? '',
    members,
    messages: said,
    reads: told?.type === 'reads' ? byUser(told.reads) : {},
    epochs: [head.epoch],
    findable: said.filter(({ body }) => body !== '').map(({ seq }) => seq),
  }
}

const heads = ({ epoch, rev, seq }: Whole['heads']) => ({ epoch, rev, seq })

/** The answer to a command comes after whatever the welcome brought; it asks for what cannot be. */
async function noneTold(socket: RoomSocket): Promise<null> {
  socket.send({ type: 'delete', ref: 1, seq: Number.MAX_SAFE_INTEGER })
  await socket.until((frame) => frame.type === 'refused' && frame.ref === 1)
  return null
}

/** The lines of an export, as one text. */
export async function exportOf(url: string, room: RoomId, owner: Person): Promise<string> {
  const response = await fetch(`${url}/api/v1/rooms/${room}/export?format=ndjson`, {
    headers: { authorization: `Bearer ${owner.token}` },
  })
  if (response.status !== 200) throw new Error(`export: ${response.status}`)
  return response.text()
}

/** The same from Postgres; null while the room's row has no head. */
export async function itsMirror(db: Database, room: RoomId): Promise<Whole | null> {
  const [row] = await db.select().from(rooms).where(eq(rooms.id, room))
  if (!row?.epoch) return null
  const { search, ...columns } = getTableColumns(messages)
  const said = await db
    .select({ ...columns, isFindable: sql<boolean>`${search} is not null` })
    .from(messages)
    .where(eq(messages.roomId, room))
    .orderBy(messages.seq)
  const people = await db
    .select()
    .from(memberships)
    .where(eq(memberships.roomId, room))
    .orderBy(memberships.userId)
  const { epoch, rev, seq, memberCount } = row
  return {
    heads: { epoch, rev: Number(rev), seq: Number(seq), memberCount },
    owner: row.ownerId,
    members: people.map(({ roomId: _, readSeq: __, epoch: ___, mutedUntil, ...member }) => ({
      ...member,
      mutedUntil: mutedUntil?.getTime() ?? null,
    })),
    messages: said.map(({ roomId: _, epoch: __, isFindable: ___, ...message }) => ({
      ...message,
      createdAt: message.createdAt.getTime(),
      editedAt: message.editedAt?.getTime() ?? null,
      deletedAt: message.deletedAt?.getTime() ?? null,
    })),
    reads: byUser(
      people
        .filter(({ state, readSeq }) => state === 'joined' && readSeq > 0)
        .map(({ userId, readSeq: at }) => ({ userId, seq: at })),
    ),
    epochs: [...new Set([...people, ...said].map((one) => one.epoch))],
    findable: said.filter(({ isFindable }) => isFindable).map((message) => message.seq),
  }
}

const byUser = (marks: readonly { userId: UserId; seq: number }[]) =>
  Object.fromEntries(marks.map(({ userId, seq }) => [userId, seq]))

/** Resolves once the mirror is the room, whose people have fallen silent; to how long it took. */
export async function mirrored(
  { url, db, withinMs = 60_000 }: { url: string; db: Database; withinMs?: number },
  room: RoomId,
  owner: Person,
): Promise<number> {
  const startedAt = performance.now()
  const itself = await roomItself(url, room, owner)
  const headOf = async () =>
    (await db.select({ rev: rooms.rev }).from(rooms).where(eq(rooms.id, room)))[0]?.rev
  await expect.poll(headOf, { timeout: withinMs, interval: 50 }).toBe(itself.heads.rev)
  await expect.poll(() => itsMirror(db, room), { timeout: 15_000, interval: 200 }).toEqual(itself)
  return performance.now() - startedAt
}
