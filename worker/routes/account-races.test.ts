// What two requests do to an account at the same moment, on a database that lets them.

import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { connect, type Database } from '../../database/client.ts'
import { hasPostgreSQL, startCluster } from '../../dev/cluster.ts'
import type { Account } from '../../protocol/api/accounts.ts'
import {
  logIn,
  newcomer,
  password,
  refresh,
  type SignedInPerson,
  signInAgain,
  stranger,
} from '../../test/support/accounts.ts'
import { type Http, httpTo } from '../../test/support/http.ts'
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

  const rounds = (count: number) => Array.from({ length: count }, (_, n) => n)
  const statusesOf = async (asked: readonly Promise<{ status: number }>[]) =>
    (await Promise.all(asked)).map(({ status }) => status).sort()

  async function admins(count: number): Promise<SignedInPerson[]> {
    await db.execute(sql`update users set role = 'user' where role = 'admin'`)
    const people = await Promise.all(rounds(count).map(() => newcomer(http)))
    for (const { id } of people) {
      await db.execute(sql`update users set role = 'admin' where id = ${id}`)
    }
    return people
  }

  async function liveSignInsOf({ id }: SignedInPerson): Promise<number> {
    const { rowCount } = await db.execute(sql`select from sessions
      where user_id = ${id} and revoked_at is null`)
    return rowCount ?? 0
  }

  it('[API3] one of many who take the same username or address gets it', async () => {
    const people = await Promise.all(rounds(6).map(() => newcomer(http)))
    const { username, email } = stranger()
    for (const patch of [{ username }, { email, password }]) {
      const asked = people.map(({ ask }) => ask('PATCH', '/users/me', patch))
      expect(await statusesOf(asked)).toEqual([200, 409, 409, 409, 409, 409])
    }
  })

  it('changes of one account at once each take effect, and are answered as of their turn', async () => {
    const ann = await newcomer(http)
    const fields = [{ bio: 'Hi' }, { age: 40 }, { phone: '+49 30 1' }, { displayName: 'Ann' }]
    await Promise.all(fields.map((patch) => ann.ask('PATCH', '/users/me', patch)))
    const { body } = await ann.ask<Account>('GET', '/users/me')
    expect(body).toMatchObject(Object.assign({}, ...fields))
  })

  it('[V-13] one of two new passwords at once holds, and only its sign-in stays', async () => {
    for (const round of rounds(2)) {
      const ann = await newcomer(http)
      const both = [ann, await signInAgain(http, ann)]
      const nexts = [`one horse battery ${round}`, `two horse battery ${round}`]
      const asked = both.map(({ ask }, n) =>
        ask('POST', '/auth/password', { current: password, next: nexts[n] }),
      )
      const statuses = (await Promise.all(asked)).map(({ status }) => status)
      expect(statuses.toSorted()).toEqual([204, 401])
      const winner = statuses.indexOf(204)
      const opened = await Promise.all(
        nexts.map(async (next) => (await logIn(http, ann.username, next)).status),
      )
      expect(opened).toEqual([0, 1].map((n) => (n === winner ? 200 : 401)))
      const staying = both.map(async ({ ask }) => (await ask('GET', '/users/me')).status)
      expect(await Promise.all(staying)).toEqual([0, 1].map((n) => (n === winner ? 200 : 401)))
    }
  })

  it('[V-13] of new passwords that one sign-in asks for at once, the one that is granted holds', async () => {
    const ann = await newcomer(http)
    const nexts = rounds(3).map((n) => `horse battery ${n}`)
    const asked = nexts.map((next) =>
      ann.ask('POST', '/auth/password', { current: password, next }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([204, 401, 401])
    const granted = nexts[statuses.indexOf(204)]
    expect((await logIn(http, ann.username, granted)).status).toBe(200)
    expect((await ann.ask('GET', '/users/me')).status).toBe(200)
  })

  it('[V-13 S4] no sign-in by the old password outlives the change, however close they come', async () => {
    for (const round of rounds(2)) {
      const ann = await newcomer(http)
      const next = `another horse battery ${round}`
      const changing = ann.ask('POST', '/auth/password', { current: password, next })
      const coming = rounds(6).map(() => logIn(http, ann.username))
      expect((await changing).status).toBe(204)
      const came = (await Promise.all(coming)).filter(({ status }) => status === 200)
      for (const { body } of came) {
        expect((await http('GET', '/users/me', { token: body.accessToken })).status).toBe(401)
        expect((await refresh(http, body.refreshToken ?? '')).status).toBe(401)
      }
      expect(await liveSignInsOf(ann)).toBe(1)
    }
  })

  it('[S4 AUT2] nobody who is being suspended gets in beside it', async () => {
    const [root] = await admins(1)
    for (const _ of rounds(3)) {
      const ann = await newcomer(http)
      const coming = rounds(4).map(() => logIn(http, ann.username))
      const renewing = refresh(http, ann.refreshToken)
      const suspended = root?.ask('PATCH', `/users/${ann.id}`, { suspended: true })
      expect((await suspended)?.status).toBe(200)
      await Promise.all([...coming, renewing])
      expect(await liveSignInsOf(ann)).toBe(0)
    }
  })

  it.each([
    ['another password', { password_hash: 'another' }],
    ['a suspension', { suspended_at: new Date().toISOString() }],
  ])('[V-13 AUT2] a sign-in that was matched before %s waits for it, and fails', async (_, set) => {
    const ann = await newcomer(http)
    const client = new Client({ connectionString: cluster.url })
    await client.connect()
    onTestFinished(() => client.end())
    const [[column, value]] = Object.entries(set) as [[string, string]]
    await client.query('begin')
    await client.query(`update users set ${column} = $1 where id = $2`, [value, ann.id])
    const coming = logIn(http, ann.username) // Reads what stood there before.
    const waiting = async () => {
      const { rowCount } = await db.execute(sql`select from pg_stat_activity
        where wait_event_type = 'Lock' and query like 'insert into "sessions"%'`)
      return rowCount
    }
    await expect.poll(waiting, { timeout: 30_000 }).toBe(1)
    await client.query('commit')
    expect((await coming).status).toBe(401)
    expect(await liveSignInsOf(ann)).toBe(1)
  })

  it('[D-23] of admins who take the role from each other at once one stays', async () => {
    for (const _ of rounds(4)) {
      const people = await admins(3)
      const asked = people.flatMap((one) =>
        people
          .filter((other) => other !== one)
          .map((other, n) =>
            one.ask(
              'PATCH',
              `/users/${other.id}`,
              n === 0 ? { role: 'user' } : { suspended: true },
            ),
          ),
      )
      for (const status of await statusesOf(asked)) expect([200, 401, 404]).toContain(status)
      const { rowCount } = await db.execute(sql`select from users
        where role = 'admin' and suspended_at is null`)
      expect(rowCount).toBeGreaterThanOrEqual(1)
    }
  })
})
