// History that was lost, or put back, is never silent: everybody starts afresh, Postgres too. [R8, SOK3]

import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import type { MessageRow } from '../protocol/changes.ts'
import type { ChangesFrame } from '../protocol/frames.ts'
import type { RoomId } from '../protocol/ids.ts'
import { snapshotMessages } from '../protocol/limits.ts'
import { signUpAdmin } from './support/admin.ts'
import { newMessageId } from './support/ids.ts'
import { exportOf, mirrored, roomItself } from './support/mirrored.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { type Person, roomOf, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const parley = await ownParley({ vars: wideLimits })
const { db } = parley
const [ana, bo, cy] = await signUpAll(parley, 'Ana', 'Bo', 'Cy')
const root = await signUpAdmin(parley, 'Root')

const equalSoon = (room: RoomId) => mirrored({ url: parley.url, db }, room, ana)

async function say(person: Person, room: RoomId, count: number, word: string): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const message = { id: newMessageId(), body: `${word} ${n}` }
    expect((await person.ask('POST', `/rooms/${room}/messages`, message)).status).toBe(201)
  }
}

/** A room in which everything happened that a row can hold. */
async function furnished(): Promise<RoomId> {
  const room = await roomOf(ana, [bo])
  const at = `/rooms/${room}`
  await say(ana, room, 60, 'Before')
  const reply = {
    id: newMessageId(),
    body: 'A reply "with" \n👩‍👩‍👧',
    replyTo: 2,
    mentions: [ana.id],
  }
  await bo.ask('POST', `${at}/messages`, reply)
  await ana.ask('PATCH', `${at}/messages/3`, { body: 'Edited before' })
  await ana.ask('DELETE', `${at}/messages/4`)
  await bo.ask('PUT', `${at}/messages/5/reactions/${encodeURIComponent('🎉')}`)
  await bo.ask('PUT', `${at}/read`, { seq: 30 })
  return room
}

const found = async (room: RoomId, query: string) => {
  const path = `/rooms/${room}/search?query=${query}&limit=100`
  return (await ana.ask<{ hits: { seq: number }[] }>('GET', path)).body.hits.length
}

const restore = (room: RoomId, body: string) =>
  fetch(`${parley.url}/api/v1/admin/rooms/${room}/restore`, {
    ...{ method: 'POST', body },
    headers: { authorization: `Bearer ${root.token}`, 'content-type': 'application/x-ndjson' },
  })

async function connected(person: Person, room: RoomId, query = '') {
  const socket = new RoomSocket(parley.url, room, person.token, { query })
  await socket.until(({ type }) => type === 'changes')
  return socket
}

/** Whoever comes with a cursor of `epoch` below, at and beyond its head is told to start afresh. */
async function expectFreshStart(room: RoomId, { epoch, rev }: { epoch: string; rev: number }) {
  for (const after of [0, 1, rev - 1, rev, rev + 1, rev + 1_000]) {
    const socket = await connected(bo, room, `?epoch=${epoch}&after=${after}`)
    const { resumed, epoch: now } = await socket.welcome()
    expect([after, resumed, now === epoch]).toEqual([after, false, false])
    const [first] = socket.changes
    expect([after, first?.from, first?.snapshot]).toEqual([after, null, true])
    expect(newest(first)).toEqual(await newestOf(room))
    await socket.close()
  }
}

const newest = (frame: ChangesFrame | undefined) =>
  frame?.messages.map(({ seq, rev }) => [seq, rev])

async function newestOf(room: RoomId) {
  const path = `/rooms/${room}/messages?limit=${snapshotMessages}`
  const { body } = await ana.ask<{ messages: MessageRow[] }>('GET', path)
  return body.messages.map(({ seq, rev }) => [seq, rev])
}

const withoutRevs = ({ messages }: { messages: readonly object[] }) =>
  messages.map((row) => ({ ...row, rev: null }))

it('[R8 SOK3] an export put back cuts everybody, who come back to what it holds and to nothing else', async () => {
  const room = await furnished()
  const exported = await exportOf(parley.url, room, ana)
  const before = await roomItself(parley.url, room, ana)
  await say(bo, room, 70, 'After')
  await bo.ask('PATCH', `/rooms/${room}/messages/62`, { body: 'Edited after' })
  await cy.ask('POST', `/rooms/${room}/join`, {})
  await equalSoon(room)
  const [anas, bos, cys] = await Promise.all([ana, bo, cy].map((one) => connected(one, room)))
  const { epoch, rev } = await bos!.welcome()

  expect((await restore(room, exported)).status).toBe(200)
  const closes = await Promise.all([anas, bos, cys].map((socket) => socket?.closed))
  expect(closes.map((close) => close?.code)).toEqual([1012, 1012, 1012])

  await expectFreshStart(room, { epoch, rev })
  const stranger = new RoomSocket(parley.url, room, cy.token)
  expect(await stranger.closed).toMatchObject({ code: 1006 })
  const after = await roomItself(parley.url, room, ana)
  expect(withoutRevs(after)).toEqual(withoutRevs(before))
  expect(after.heads).toMatchObject({ seq: before.heads.seq, memberCount: 2 })

  await equalSoon(room)
  expect([await found(room, 'before'), await found(room, 'after')]).toEqual([59, 0])
  await say(bo, room, 1, 'Anew')
  expect(await found(room, 'anew')).toBe(1)
  await equalSoon(room)
})

it('[R8] a broken export leaves the room, its sockets and its mirror as they were', async () => {
  const room = await furnished()
  const exported = await exportOf(parley.url, room, ana)
  const before = await roomItself(parley.url, room, ana)
  const socket = await connected(bo, room)
  const lines = exported.trimEnd().split('\n')
  const broken = [
    lines.slice(0, -1).join('\n'),
    exported.slice(0, exported.length / 2),
    lines.toSpliced(40, 1).join('\n'),
    lines.toSpliced(40, 1, '{}').join('\n'),
    exported + exported,
    '',
  ]
  for (const body of broken) expect((await restore(room, body)).status).toBe(400)
  socket.send({ type: 'send', ref: 1, id: newMessageId(), body: 'Still here' })
  await socket.until(({ type }) => type === 'ok')
  const after = await roomItself(parley.url, room, ana)
  expect(after.heads).toMatchObject({ epoch: before.heads.epoch, rev: before.heads.rev + 1 })
  expect(after.messages.slice(0, -1)).toEqual(before.messages)
  await socket.close()
  await equalSoon(room)
})

it('[R8] the database export holds the room, by SQLite and by its own command', async () => {
  const room = await furnished()
  const { heads, members, messages } = await roomItself(parley.url, room, ana)
  const response = await fetch(`${parley.url}/api/v1/rooms/${room}/export?format=sqlite`, {
    headers: { authorization: `Bearer ${ana.token}` },
  })
  const folder = await mkdtemp(join(tmpdir(), 'parley-export-'))
  const file = join(folder, 'room.sqlite')
  await writeFile(file, new Uint8Array(await response.arrayBuffer()))
  const database = new DatabaseSync(file, { readOnly: true })
  const all = (table: string) => database.prepare(`SELECT * FROM ${table}`).all()
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  expect(all('room')).toMatchObject([{ id: room, epoch: heads.epoch }])
  expect(all('members').map((row) => row['user_id'])).toEqual(members.map(({ userId }) => userId))
  expect(
    all('messages').map((row) => ({
      ...{ seq: row['seq'], id: row['id'], author: row['author_id'], body: row['body'] },
      reactions: JSON.parse(String(row['reactions'])),
      ...{ editedAt: row['edited_at'], deletedAt: row['deleted_at'], replyTo: row['reply_to'] },
    })),
  ).toEqual(
    messages.map(
      ({ seq, id, authorId: author, body, reactions, editedAt, deletedAt, replyTo }) => ({
        ...{ seq, id, author, body, reactions, editedAt, deletedAt, replyTo },
      }),
    ),
  )
  database.close()
  const counted = execFileSync('sqlite3', [file, 'SELECT count(*), max(seq) FROM messages'])
  expect(String(counted).trim()).toBe(`${heads.seq}|${heads.seq}`)
  await rm(folder, { recursive: true })
})

it('[R8] a room of long messages exports whole while somebody reacts without a pause', async () => {
  const room = await roomOf(ana, [bo])
  const [head = '', ...members] = (await exportOf(parley.url, room, ana)).trimEnd().split('\n')
  const { createdAt } = JSON.parse(members.at(-2) ?? '')
  const long = Array.from({ length: 3_000 }, (_, n) => ({
    ...{ type: 'message', seq: n + 1, rev: n + 9, id: newMessageId(), authorId: ana.id },
    ...{ kind: 'message', body: `${n} ${'long '.repeat(300)}end`, replyTo: null, mentions: [] },
    ...{ reactions: {}, notice: null, createdAt, editedAt: null, deletedAt: null },
  }))
  const people = members.filter((line) => JSON.parse(line).type === 'member')
  const end = { type: 'end', messages: long.length, members: people.length }
  const first = JSON.stringify({ ...JSON.parse(head), seq: long.length })
  const lines = [first, ...people, ...[...long, end].map((one) => JSON.stringify(one))]
  expect((await restore(room, lines.join('\n'))).status).toBe(200)

  const exported = fetch(`${parley.url}/api/v1/rooms/${room}/export?format=sqlite`, {
    headers: { authorization: `Bearer ${ana.token}` },
  })
  let isDone = false
  const file = exported.then((answer) => answer.arrayBuffer()).finally(() => (isDone = true))
  for (let n = 0; !isDone; n += 1) {
    const at = `/rooms/${room}/messages/${1 + ((n * 7) % long.length)}/reactions`
    expect((await bo.ask('PUT', `${at}/${encodeURIComponent('🎉')}`)).status).toBe(200)
  }
  const folder = await mkdtemp(join(tmpdir(), 'parley-export-'))
  await writeFile(join(folder, 'room.sqlite'), new Uint8Array(await file))
  const database = new DatabaseSync(join(folder, 'room.sqlite'), { readOnly: true })
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  const bodies = database.prepare('SELECT body FROM messages ORDER BY seq').all()
  expect(bodies.map((row) => row['body'])).toEqual(long.map((one) => one.body))
  database.close()
  await rm(folder, { recursive: true })
})

it('[R8 SOK3] storage that went back in time is another life, and no reused rev is anybody’s', async () => {
  const room = await furnished()
  await equalSoon(room)
  const { dataDir, kill, start } = parley.workerd
  const copy = await mkdtemp(join(tmpdir(), 'parley-copy-'))
  await kill()
  await cp(dataDir, copy, { recursive: true })
  await start()
  await say(bo, room, 40, 'Lost')
  await ana.ask('DELETE', `/rooms/${room}/messages/10`)
  await equalSoon(room)
  const socket = await connected(bo, room)
  const { epoch, rev } = await socket.welcome()

  await kill()
  await socket.closed
  await rm(dataDir, { recursive: true })
  await cp(copy, dataDir, { recursive: true })
  await rm(copy, { recursive: true })
  await start()
  const early = await connected(ana, room, `?epoch=${epoch}&after=${rev}`)
  expect(await early.welcome()).toMatchObject({ resumed: false }) // Beyond the head it has now.
  expect((await root.ask('POST', `/admin/rooms/${room}/epoch`)).status).toBe(200)
  expect((await early.closed).code).toBe(1012)
  await say(bo, room, 45, 'Anew') // Now the revs of before are used again, for other things.

  await expectFreshStart(room, { epoch, rev })
  await equalSoon(room)
  expect([await found(room, 'lost'), await found(room, 'anew')]).toEqual([0, 45])
})

/** Of all rooms' files, how many hold a table that only a restore under way has. */
async function halfRestored(): Promise<number> {
  const { dataDir } = parley.workerd
  const names = await readdir(dataDir, { recursive: true })
  const files = names.filter((name) => name.endsWith('.sqlite') && !name.includes('metadata'))
  const holding = files.filter((name) => {
    const file = new DatabaseSync(join(dataDir, name), { readOnly: true })
    const tables = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'restored'").all()
    file.close()
    return tables.length > 0
  })
  return holding.length
}

it('[R8] a restore that dies with its room leaves nothing behind, and the next one is taken', async () => {
  const room = await furnished()
  const exported = await exportOf(parley.url, room, ana)
  const before = await roomItself(parley.url, room, ana)
  const half = new TextEncoder().encode(exported.slice(0, exported.length / 2))
  const body = new ReadableStream({ start: (controller) => controller.enqueue(half) })
  const cut = fetch(`${parley.url}/api/v1/admin/rooms/${room}/restore`, {
    ...{ method: 'POST', body, duplex: 'half' },
    headers: { authorization: `Bearer ${root.token}`, 'content-type': 'application/x-ndjson' },
  }).catch(() => null)
  await expect.poll(halfRestored, { timeout: 10_000 }).toBe(1)
  expect((await restore(room, exported)).status).toBe(503) // One at a time.
  await parley.workerd.kill()
  await cut
  await parley.workerd.start()
  expect(await roomItself(parley.url, room, ana)).toEqual(before)
  await expect.poll(halfRestored, { timeout: 10_000 }).toBe(0)
  expect((await restore(room, exported)).status).toBe(200)
  expect(withoutRevs(await roomItself(parley.url, room, ana))).toEqual(withoutRevs(before))
})
