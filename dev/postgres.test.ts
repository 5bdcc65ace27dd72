// The stand-in, through the real driver and drizzle: once on PGlite, once on a real PostgreSQL.

import { neon } from '@neondatabase/serverless'
import { eq, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Database } from '../database/client.ts'
import { databaseFailure } from '../database/failures.ts'
import { messages, rooms, users } from '../database/schema.ts'
import { Epoch, MessageId, Rev, RoomId, Seq, UserId } from '../protocol/ids.ts'
import { hasPostgreSQL, startCluster } from './cluster.ts'
import { migrate } from './migrate.ts'
import { type Postgres, startPostgres } from './postgres.ts'

it('finds a PostgreSQL to run on, or says that it did not', () => {
  if (!hasPostgreSQL) console.warn('No PostgreSQL 15 here: only PGlite was tested.')
  expect(hasPostgreSQL || process.env['CI'] !== 'true').toBe(true)
})

const engines = [
  { engine: 'PGlite', startCluster: async () => undefined },
  ...(hasPostgreSQL ? [{ engine: 'PostgreSQL', startCluster }] : []),
]

describe.each(engines)('on $engine', ({ engine, startCluster }) => {
  let cluster: { url: string; close(): Promise<void> } | undefined
  let postgres: Postgres
  let db: Database

  beforeAll(async () => {
    cluster = await startCluster()
    postgres = await startPostgres({ behind: cluster?.url })
    await migrate(postgres.url)
    db = connect(postgres.url)
  })

  afterAll(async () => {
    await postgres.close()
    await cluster?.close()
  })

  it.each([
    ['int2', '-32768', -32768],
    ['int4', '2147483647', 2147483647],
    ['int8', '9007199254740993', '9007199254740993'],
    ['bool', 'true', true],
    ['bool', 'false', false],
    ['text', 'ü 語 👩‍👩‍👧 "\\', 'ü 語 👩‍👩‍👧 "\\'],
    ['text', '', ''],
    ['uuid', '018f3e1c-0000-7000-8000-000000000001', '018f3e1c-0000-7000-8000-000000000001'],
    ['jsonb', '{"a":[1,null]}', { a: [1, null] }],
    ['numeric', '1.50', '1.50'],
    ['float8', '0.1', 0.1],
    ['timestamptz', '2026-11-23 12:00:00.123+00', '2026-11-23 12:00:00.123+00'],
    ['date', '2026-11-23', '2026-11-23'],
    ['text[]', '{a,"b c"}', ['a', 'b c']],
    ['int8[]', '{1,2}', ['1', '2']],
    ['bytea', '\\x00ff', Buffer.from([0, 255])],
  ])('brings %s through: %s', async (type, text, value) => {
    const { rows } = await neon(postgres.url).query(
      `select $1::${type} as value, null::${type} as nothing`,
      [text],
      { fullResults: true },
    )
    expect(rows).toEqual([{ value, nothing: null }])
  })

  it('brings an enum through that was made a moment ago', async () => {
    await db.execute(sql`create type mood as enum ('calm')`)
    const { rows } = await db.execute(sql`select 'calm'::mood as mood`)
    expect(rows).toEqual([{ mood: 'calm' }])
  })

  it('counts rows as Postgres does', async () => {
    const results = await db.batch([
      db.execute(sql`create table counted (n int)`),
      db.execute(sql`insert into counted values (1), (2), (3)`),
      db.execute(sql`select n from counted where n > 1`),
      db.execute(sql`update counted set n = 0 where n = 3`),
      db.execute(sql`delete from counted returning n`),
    ])
    expect(results.map(({ command, rowCount }) => [command, rowCount ?? 0])).toEqual([
      ['CREATE', 0],
      ['INSERT', 3],
      ['SELECT', 2],
      ['UPDATE', 1],
      ['DELETE', 3],
    ])
  })

  it('keeps every column of the schema as drizzle wrote it', async () => {
    const { user, room } = await somebodyWithARoom(db)
    const message = {
      roomId: room.id,
      seq: v.parse(Seq, 2 ** 40),
      id: v.parse(MessageId, uuidv7()),
      authorId: user.id,
      kind: 'message' as const,
      body: '𝕬 "quoted" \\ \u202e\n\t😀'.repeat(200),
      replyTo: v.parse(Seq, 7),
      mentions: [user.id],
      reactions: { '👍🏽': [user.id] },
      notice: { event: 'left' as const, userId: user.id },
      search: "'quoted':2",
      createdAt: new Date(1_800_000_000_123),
      editedAt: null,
      deletedAt: new Date(0),
      epoch: v.parse(Epoch, uuidv7()),
      rev: v.parse(Rev, Number.MAX_SAFE_INTEGER),
    }
    await db.insert(messages).values(message)

    expect(await db.select().from(messages).where(eq(messages.roomId, room.id))).toEqual([message])
    const [stored] = await db.select().from(users).where(eq(users.id, user.id))
    expect(stored).toMatchObject({ ...user, phone: null, role: 'user' })
    expect(stored?.createdAt).toBeInstanceOf(Date)
  })

  it('does all of a batch or nothing', async () => {
    await db.execute(sql`create table fate (n int primary key)`)
    const batch = db.batch([
      db.execute(sql`insert into fate values (1)`),
      db.execute(sql`insert into fate values (1)`),
    ])
    await expect(batch).rejects.toMatchObject({ code: '23505', constraint: 'fate_pkey' })
    expect((await db.execute(sql`select n from fate`)).rows).toEqual([])
  })

  it('gives a batch the isolation it asks for', async () => {
    const client = neon(postgres.url)
    const [level, access] = await client.transaction(
      [client`show transaction_isolation`, client`show transaction_read_only`],
      { isolationLevel: 'RepeatableRead', readOnly: true },
    )
    expect({ ...level?.[0], ...access?.[0] }).toEqual({
      transaction_isolation: 'repeatable read',
      transaction_read_only: 'on',
    })
  })

  it('says why it refused', async () => {
    await expect(neon(postgres.url)`select * from nowhere`).rejects.toMatchObject({
      severity: 'ERROR',
      code: '42P01',
      message: 'relation "nowhere" does not exist',
    })
    const { room } = await somebodyWithARoom(db)
    const twin = { ...room, id: v.parse(RoomId, uuidv7()) }
    const failure = await db.insert(rooms).values(twin).catch(databaseFailure)
    expect(failure).toMatchObject({ code: 'nameTaken', errors: [{ path: 'name' }] })
  })

  it.each(['cutBefore', 'cutAfter', 'fail'] as const)('can %s on demand', async (fault) => {
    await db.execute(sql`create table if not exists faulty (fault text)`)
    postgres.faults = () => fault
    const failure = await db
      .execute(sql`insert into faulty values (${fault})`)
      .catch(databaseFailure)
    postgres.faults = () => 'none'

    expect(failure).toMatchObject({ code: 'unavailable' })
    const { rows } = await db.execute(sql`select * from faulty where fault = ${fault}`)
    expect(rows).toHaveLength(fault === 'cutAfter' ? 1 : 0)
  })

  it.runIf(engine === 'PGlite')('counts as away when it does not answer in time', async () => {
    postgres.faults = () => 'hang'
    const failure = await db.execute(sql`select 1`).catch(databaseFailure)
    postgres.faults = () => 'none'
    expect(failure).toMatchObject({ code: 'unavailable' })
  })

  it('finds nothing left to migrate', async () => {
    expect(await migrate(postgres.url)).toEqual([])
  })

  it.runIf(engine === 'PostgreSQL')('lets requests overlap', async () => {
    await db.execute(sql`create table turns (n int)`)
    const waiting = db.execute(
      sql`do $$ begin loop exit when exists (select from turns); end loop; end $$`,
    )
    await db.execute(sql`insert into turns values (1)`)
    await waiting
  })
})

async function somebodyWithARoom(db: Database) {
  const id = uuidv7()
  const user = {
    id: v.parse(UserId, id),
    email: `${id}@example.com`,
    emailKey: `${id}@example.com`,
    username: id,
    usernameKey: id,
    passwordHash: '$scrypt$',
    displayName: 'Somebody',
  }
  const room = {
    id: v.parse(RoomId, uuidv7()),
    name: id,
    nameKey: id,
    topic: '',
    visibility: 'public' as const,
    ownerId: user.id,
  }
  await db.batch([db.insert(users).values(user), db.insert(rooms).values(room)])
  return { user, room }
}
