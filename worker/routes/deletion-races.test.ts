// What happens to an account in the very moment in which it is deleted, on a database that lets it.

import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Batch, mirrorIn } from '../../database/archive.ts'
import { connect, type Database } from '../../database/client.ts'
import { ownedByNobody } from '../../database/deletion-rooms.ts'
import { hasPostgreSQL, startCluster } from '../../dev/cluster.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { logIn, newcomer, password } from '../../test/support/accounts.ts'
import { type Http, httpTo } from '../../test/support/http.ts'
import { newEpoch, newRoomId, rev, seq } from '../../test/support/ids.ts'
import { type Parley, startParley } from '../../test/support/parley.ts'

describe.runIf(hasPostgreSQL)('on PostgreSQL', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>
  let parley: Parley
  let http: Http
  let db: Database

  beforeAll(async () => {
    cluster = await startCluster()
    process.env['PARLEY_POSTGRES'] = cluster.url
    parley = await startParley()
    delete process.env['PARLEY_POSTGRES']
    http = httpTo(parley)
    db = connect(parley.postgres.url)
  })

  afterAll(async () => {
    await parley.stop()
    await cluster.close()
  })

  const gone = { password, messages: 'erase' }

  /** A deletion of somebody that has done everything but commit. */
  async function deleting(id: UserId) {
    const client = new Client({ connectionString: cluster.url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    await client.query(
      `update users set deleted_at = now(), messages_erased = true, display_name = '', bio = null,
         username = '', username_key = id::text, email = '', email_key = id::text,
         password_hash = '' where id = $1`,
      [id],
    )
    await client.query('delete from sessions where user_id = $1', [id])
    return { commit: () => client.query('commit') }
  }

  const waiting = (beginning: string) =>
    expect
      .poll(
        async () => {
          const { rowCount } = await db.execute(sql`select from pg_stat_activity
            where wait_event_type = 'Lock' and ltrim(query, E' \\n') like ${`${beginning}%`}`)
          return rowCount
        },
        { timeout: 30_000 },
      )
      .toBe(1)

  it('[S29] a change of it waits, and brings nothing back', async () => {
    const ann = await newcomer(http)
    const deletion = await deleting(ann.id)
    const coming = ann.ask('PATCH', '/users/me', { bio: 'Back', displayName: 'Back' })
    await waiting('with "before"')
    await deletion.commit()
    expect((await coming).status).toBe(401)
    const { rows } = await db.execute(sql`select display_name, bio, name_words <> ' back' as same
      from users where id = ${ann.id}`)
    expect(rows).toEqual([{ display_name: '', bio: null, same: true }])
  })

  it('[S29] a second deletion waits, and is none', async () => {
    const ann = await newcomer(http)
    const deletion = await deleting(ann.id)
    const coming = ann.ask('DELETE', '/users/me', gone)
    await waiting('with gone')
    await deletion.commit()
    expect((await coming).status).toBe(401)
    const { rowCount } = await db.execute(sql`select from deletions where user_id = ${ann.id}`)
    expect(rowCount).toBe(0)
  })

  it('[S29] a room that mirrors them waits, and is told to forget them', async () => {
    const [ann, owner] = [await newcomer(http), await newcomer(http)]
    const roomId: RoomId = newRoomId()
    await db.execute(sql`insert into rooms (id, name, name_key, topic, visibility, owner_id)
      values (${roomId}, ${roomId}, ${roomId}, '', 'private', ${owner.id})`)
    const deletion = await deleting(ann.id)
    const batch: Batch = {
      ...{ roomId, epoch: newEpoch(), to: rev(1), seq: seq(0), memberCount: 1, newestAt: 0 },
      ...{ messages: [], marks: [] },
      members: [
        {
          ...{ userId: ann.id, rev: rev(1), name: 'Ann', avatar: null, role: 'member' },
          ...{ state: 'joined', mutedUntil: null },
        },
      ],
    }
    const coming = mirrorIn(db).write(batch)
    await waiting('insert into memberships')
    await deletion.commit()
    expect((await coming)?.gone).toEqual([{ userId: ann.id, erases: true }])
  })

  it('[S29] a room that is made waits, and is seen to by the sweep', async () => {
    const ann = await newcomer(http)
    const deletion = await deleting(ann.id)
    const body = { name: `Room ${uuidv7().slice(-12)}`, visibility: 'private' }
    const coming = ann.ask('POST', '/rooms', body)
    await waiting('with owner')
    await deletion.commit()
    expect((await coming).status).toBe(201)
    const found = (await ownedByNobody(db, 50)).map(({ userId }) => userId)
    expect(found).toEqual([ann.id])
  })

  it('[S29 S4] no sign-in that is made in that moment outlives the account', async () => {
    const ann = await newcomer(http)
    const [left] = await Promise.all([
      ann.ask('DELETE', '/users/me', gone),
      ...[1, 2, 3].map(() => logIn(http, ann.username)),
    ])
    expect(left.status).toBe(202)
    const { rowCount } = await db.execute(sql`select from sessions where user_id = ${ann.id}`)
    expect(rowCount).toBe(0)
  })

  it('[S29 D-23] of all admins who leave at once one stays', async () => {
    const people = await Promise.all([1, 2, 3, 4].map(() => newcomer(http)))
    for (const { id } of people) {
      await db.execute(sql`update users set role = 'admin' where id = ${id}`)
    }
    const asked = people.map(({ ask }) => ask('DELETE', '/users/me', gone))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([202, 202, 202, 409])
    const { rowCount } = await db.execute(sql`select from users where role = 'admin'`)
    expect(rowCount).toBe(1)
  })
})
