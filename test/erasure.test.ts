// Somebody leaves no trace: a word that is only theirs, in every field, is nowhere afterwards. SIGKILL included. [S29]

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { describe, expect, it } from 'vitest'
import { type Batch, mirrorIn } from '../database/archive.ts'
import type { SignedIn } from '../protocol/api/accounts.ts'
import type { DeletionBegun, DeletionReport } from '../protocol/api/deletions.ts'
import type { Epoch, Rev, RoomId, Seq } from '../protocol/ids.ts'
import { password } from './support/accounts.ts'
import { buildWorker } from './support/build.ts'
import { itsMirror, mirrored, roomItself } from './support/mirrored.ts'
import { ownParley } from './support/own-parley.ts'
import { type Person, roomOf, signUp, wideLimits } from './support/parley.ts'

const bundle = await buildWorker('test/workers/sweeps-at-will.ts')
const parley = await ownParley({ vars: wideLimits, bundle })
const { db, http, workerd } = parley
const olga = await signUp(parley, 'Olga')

/** In lower case: keys and the words of an index are folded. */
const canary = 'zqcanary'

async function canaryBird(): Promise<Person> {
  const username = `${canary}${uuidv7().slice(-12)}`
  const about = { displayName: `${canary} Bird`, bio: `I am ${canary}`, phone: '+49 555 0123' }
  const { body } = await http<SignedIn>('POST', '/auth/register', {
    body: { username, email: `${username}@example.com`, password, ...about, transport: 'body' },
    headers: { 'user-agent': `${canary}/1.0` },
  })
  const { accessToken: token, user } = body
  const ask: Person['ask'] = (method, path, asked) => http(method, path, { token, body: asked })
  return { id: user.id, name: user.displayName, token, ask }
}

/** Says so much in a room, edits one, reacts to what others said, answers, and marks as read. */
async function liveIn(room: RoomId, bird: Person, messages: number): Promise<void> {
  const at = `/rooms/${room}`
  const post = async (by: Person, body: string, more: object = {}) => {
    const message = { id: uuidv7(), body, ...more }
    return (await by.ask<{ seq: number }>('POST', `${at}/messages`, message)).body.seq
  }
  const others = await post(olga, 'Good morning')
  const first = await post(bird, `First ${canary}`, { replyTo: others, mentions: [olga.id] })
  await bird.ask('PATCH', `${at}/messages/${first}`, { body: `Edited ${canary}` })
  await bird.ask('PUT', `${at}/messages/${others}/reactions/${encodeURIComponent('👍')}`)
  for (let n = 1; n < messages; n += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, m) => post(bird, `${canary} ${n} ${m}`)))
  }
  await olga.ask('GET', `${at}/search?query=${canary}`) // Into the index.
  await bird.ask('PUT', `${at}/read`, { seq: first })
  await bird.ask('POST', `${at}/invites`, {})
}

/** Tables of Postgres with a row that holds the word. */
async function inPostgres(): Promise<unknown[]> {
  const { rows } = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public'`,
  )
  const found: unknown[] = []
  for (const { name } of rows) {
    const table = sql.identifier(name)
    const held = await db.execute(sql`select t::text as row from ${table} as t
      where t::text ilike ${`%${canary}%`} limit 1`)
    found.push(...held.rows.map(({ row }) => [name, row]))
  }
  return found
}

/** The same of every room’s own storage, while nobody runs. */
function inRooms(): unknown[] {
  const folder = join(workerd.dataDir, 'ChatRoom')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sqlite'))
    .flatMap((file) => inFile(join(folder, file)))
}

function inFile(path: string): unknown[] {
  const file = new DatabaseSync(path)
  const tables = file
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    .all()
  const found = tables.filter(({ name }) => {
    const rows = file.prepare(`SELECT * FROM "${name}"`)
    rows.setReadBigInts(true)
    return rows.all().some((row) => Object.values(row).some(holdsCanary))
  })
  file.close()
  return found.map(({ name }) => name)
}

function holdsCanary(value: unknown): boolean {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)
  return text.toLowerCase().includes(canary)
}

async function reportOf({ code }: DeletionBegun) {
  return (await http<DeletionReport>('GET', `/deletions/${code}`)).body
}

/** The clock, some minutes later. */
async function sweep(): Promise<void> {
  await db.execute(sql`update deletions set began_at = began_at - interval '2 minutes'`)
  await db.execute(sql`update rooms set deleted_at = deleted_at - interval '2 minutes'`)
  await fetch(`${parley.url}/sweep`)
}

async function restarted(): Promise<void> {
  await workerd.kill()
  const found = inRooms()
  await workerd.start()
  expect(found).toEqual([])
}

const leave = async (bird: Person) =>
  (await bird.ask<DeletionBegun>('DELETE', '/users/me', { password, messages: 'erase' })).body

describe('[S29] a word that is only theirs', () => {
  it('is in no row of Postgres or of any room, and seqs and counts are whole', async () => {
    const bird = await canaryBird()
    const room = await roomOf(olga, [bird])
    const alone = await roomOf(bird)
    await liveIn(room, bird, 150)
    await liveIn(alone, bird, 1)
    await mirrored({ url: parley.url, db }, room, olga)
    expect((await inPostgres()).length).toBeGreaterThan(3)
    await workerd.kill()
    expect(inRooms()).toEqual(expect.arrayContaining(['members', 'messages', 'search_data']))
    await workerd.start()
    const before = await roomItself(parley.url, room, olga)

    const begun = await leave(bird)
    await expect.poll(async () => (await reportOf(begun)).state, { timeout: 30_000 }).toBe('ended')
    await mirrored({ url: parley.url, db }, room, olga)
    const after = await roomItself(parley.url, room, olga)
    expect(after.messages.map(({ seq }) => Number(seq))).toEqual(
      after.messages.map((_, n) => n + 1),
    )
    expect(after.heads.seq).toBe(before.heads.seq + 1)
    expect(after.heads.memberCount).toBe(1)
    expect(await reportOf(begun)).toMatchObject({ rooms: { total: 2, visited: 2, deleted: 1 } })
    expect(await inPostgres()).toEqual([])
    await restarted()
  })

  it('is not brought back by a batch of before, come late or for the first time', async () => {
    const bird = await canaryBird()
    const room = await roomOf(olga, [bird])
    await liveIn(room, bird, 1)
    await mirrored({ url: parley.url, db }, room, olga)
    const { heads, members, messages } = await roomItself(parley.url, room, olga)
    const begun = await leave(bird)
    await expect.poll(async () => (await reportOf(begun)).state, { timeout: 30_000 }).toBe('ended')
    await mirrored({ url: parley.url, db }, room, olga)
    const mirror = await itsMirror(db, room)

    const batch = {
      ...{ roomId: room, epoch: heads.epoch as Epoch, to: heads.rev as Rev },
      ...{ seq: heads.seq as Seq, memberCount: 2, newestAt: 0, members, messages },
      marks: [{ userId: bird.id, seq: 3 as Seq }],
    } as unknown as Batch
    await mirrorIn(db).write(batch)
    expect(await itsMirror(db, room)).toEqual(mirror)
    const { rows } = await db.execute(sql`select read_seq from memberships
      where user_id = ${bird.id}`)
    expect(rows).toEqual([{ read_seq: '0' }])
    await db.execute(sql`delete from messages where room_id = ${room}`)
    await db.execute(sql`delete from memberships where room_id = ${room}`)
    const answer = await mirrorIn(db).write(batch)
    expect(answer?.gone).toEqual([{ userId: bird.id, erases: true }])
    expect(await inPostgres()).toEqual([])
  })

  it('is not brought back by an export that is put back', async () => {
    const bird = await canaryBird()
    const room = await roomOf(olga, [bird])
    await liveIn(room, bird, 1)
    const copy = await (
      await fetch(`${parley.url}/api/v1/rooms/${room}/export?format=ndjson`, {
        headers: { authorization: `Bearer ${olga.token}` },
      })
    ).text()
    const begun = await leave(bird)
    await expect.poll(async () => (await reportOf(begun)).state, { timeout: 30_000 }).toBe('ended')
    await db.execute(sql`update users set role = 'admin' where id = ${olga.id}`)
    const restored = await fetch(`${parley.url}/api/v1/admin/rooms/${room}/restore`, {
      ...{ method: 'POST', body: copy },
      headers: {
        'content-type': 'application/x-ndjson',
        authorization: `Bearer ${olga.token}`,
      },
    })
    expect(restored.status).toBe(200)
    const texts = async () => JSON.stringify(await roomItself(parley.url, room, olga))
    await expect.poll(texts, { timeout: 30_000, interval: 500 }).not.toContain(canary)
    await mirrored({ url: parley.url, db }, room, olga)
    expect(await inPostgres()).toEqual([])
    await restarted()
  })

  it.each([0, 40, 150, 400])('is gone though all was killed %i ms after the answer', async (ms) => {
    const bird = await canaryBird()
    const rooms = [await roomOf(olga, [bird]), await roomOf(bird, [olga]), await roomOf(bird)]
    for (const room of rooms.slice(0, 2)) await liveIn(room, bird, 250)
    const begun = await leave(bird)
    await new Promise((resolve) => setTimeout(resolve, ms)) // The moment of the kill, not a wait.
    await workerd.kill()
    await workerd.start()
    const isEnded = async () => {
      await sweep()
      return (await reportOf(begun)).state
    }
    await expect.poll(isEnded, { timeout: 60_000, interval: 200 }).toBe('ended')
    const { messagesErased, rooms: seen } = await reportOf(begun)
    expect(seen).toEqual({ total: 3, visited: 3, handedOver: 1, deleted: 1 })
    expect(messagesErased).toBe(2 * 251)
    for (const room of rooms.slice(0, 2)) await mirrored({ url: parley.url, db }, room, olga)
    expect(await inPostgres()).toEqual([])
    await restarted()
  })
})
