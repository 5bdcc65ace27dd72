// Everything about oneself, in one stream: complete, long, one at a time, and nobody else's.

import { getTableColumns, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { uuidv7 } from 'uuidv7'
import { describe, expect, it } from 'vitest'
import * as auditTables from '../../database/audit-schema.ts'
import * as botTables from '../../database/bot-schema.ts'
import * as deletionTables from '../../database/deletion-schema.ts'
import { columnsOf, type TableName, tables, told } from '../../database/export-columns.ts'
import * as inviteTables from '../../database/invite-schema.ts'
import * as mainTables from '../../database/schema.ts'
import { accountExportLeaseSeconds, accountExportRowsMax } from '../../protocol/account-limits.ts'
import { newcomer, password } from '../../test/support/accounts.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf, signUp, wideLimits } from '../../test/support/parley.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const olga = await signUp(parley, 'Olga')

const exportOf = (token: string, signal?: AbortSignal) =>
  fetch(`${parley.url}/api/v1/users/me/export`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal && { signal }),
  })

type Line = { type: string } & Record<string, unknown>

async function linesOf(token: string): Promise<Line[]> {
  const response = await exportOf(token)
  expect([response.status, response.headers.get('content-type')]).toEqual([
    ...[200, 'application/x-ndjson'],
  ])
  const text = await response.text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('[ACC5 S29] every column there is', () => {
  const schemas = [auditTables, botTables, deletionTables, inviteTables, mainTables]
  const all = schemas.flatMap((schema) => Object.values<unknown>(schema))
  const found = all.filter((one): one is PgTable => is(one, PgTable))

  it('is told, or left out for a reason', () => {
    expect(new Set(found)).toEqual(new Set(Object.values(tables)))
    for (const [name, table] of Object.entries<PgTable>(tables)) {
      const decided = Object.entries(told[name as TableName])
      const columns = Object.keys(getTableColumns(table))
      expect([name, decided.map(([column]) => column).toSorted()]).toEqual([
        ...[name, columns.toSorted()],
      ])
      const silent = decided.filter(([, why]) => why !== true && !/\.$/.test(String(why)))
      expect(silent).toEqual([])
    }
  })
})

it('[S29] holds all that somebody is, did and said, and no secret and nobody else’s', async () => {
  const more = { displayName: 'Ann Canary', phone: '+49 30 1234', age: 40, bio: 'Keeps bees.' }
  const ann = await newcomer(http, more)
  const own = await roomOf({ ...ann, name: '' }, [olga])
  const room = await roomOf(olga, [{ ...ann, name: '' }])
  const post = (by: Pick<typeof ann, 'ask'> | typeof olga, body: string) =>
    by.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body, mentions: [olga.id] })
  await post(ann, 'What Ann said')
  await post(olga, 'What Olga said')
  const invite = await ann.ask<{ code: string }>('POST', `/rooms/${own}/invites`, {})
  const hers = await olga.ask<{ code: string }>('POST', `/rooms/${await roomOf(olga)}/invites`, {})
  await ann.ask('POST', `/invites/${hers.body.code}/accept`, {})
  const said = async () => (await linesOf(ann.token)).filter(({ type }) => type === 'message')
  await expect.poll(async () => JSON.stringify(await said())).toContain('What Ann said')

  const lines = await linesOf(ann.token)
  const of = (wanted: string) => lines.filter(({ type }) => type === wanted)
  expect(lines[0]).toMatchObject({ type: 'export', version: 1 })
  expect(lines.at(-1)).toEqual({ type: 'end', lines: lines.length - 2 })
  const { email, username, id } = ann
  expect(of('account')).toMatchObject([{ id, email, username, ...more }])
  expect(of('signIn')).toHaveLength(1)
  expect(of('membership')).toHaveLength(3)
  expect(of('ownRoom')).toMatchObject([{ id: own }])
  expect(of('message').filter(({ kind }) => kind === 'message')).toMatchObject([
    { roomId: room, body: 'What Ann said', mentions: [olga.id] },
  ])
  expect(of('invite')).toMatchObject([{ code: invite.body.code, roomId: own }])
  expect(of('inviteUse')).toMatchObject([{ code: hers.body.code }])
  expect(of('record').map(({ kind, byYou, aboutYou }) => [kind, byYou, aboutYou])).toContainEqual([
    ...['registered', true, true],
  ])
  for (const [name, type] of Object.entries(types)) {
    const [line] = of(type)
    const columns = Object.keys(columnsOf(name as TableName))
    expect(columns.filter((column) => !(column in (line ?? {})))).toEqual([])
  }
  expect(JSON.stringify(lines)).not.toMatch(/Olga|scrypt|tokenHash|passwordHash/)
})

/** Which line tells which table’s rows. */
const types = {
  ...{ users: 'account', sessions: 'signIn', memberships: 'membership', rooms: 'ownRoom' },
  ...{ messages: 'message', invites: 'invite', invite_uses: 'inviteUse', audit_log: 'record' },
}

it('[S28] tells what others did to somebody, and not who or from where', async () => {
  const ann = await newcomer(http)
  await db.execute(sql`insert into audit_log (id, kind, actor_id, subject_id, place)
    values (${uuidv7()}, 'memberMuted', ${olga.id}, ${ann.id}, 'Olgastadt')`)
  const [line] = (await linesOf(ann.token)).filter(({ kind }) => kind === 'memberMuted')
  expect(line).toMatchObject({ byYou: false, aboutYou: true, place: null })
  expect(JSON.stringify(line)).not.toMatch(new RegExp(`${olga.id}|Olgastadt`))
})

it('[S29 R19] brings 10,000 messages within a minute, page by page, each once', async () => {
  const ann = await newcomer(http)
  const rooms = [await roomOf({ ...ann, name: '' }), await roomOf({ ...ann, name: '' })]
  const count = 10_000
  for (const room of rooms) {
    await db.execute(sql`insert into messages
      (room_id, seq, id, author_id, kind, body, created_at, epoch, rev)
      select ${room}::uuid, n + 10, gen_random_uuid(), ${ann.id}::uuid, 'message',
        repeat('x', 500) || n, now(), ${uuidv7()}::uuid, n from generate_series(1, ${count / 2}) as n`)
  }
  let questions = 0
  parley.postgres.faults = () => {
    questions += 1
    return 'none'
  }
  const startedAt = performance.now()
  const lines = await linesOf(ann.token)
  expect(performance.now() - startedAt).toBeLessThan(60_000)
  parley.postgres.faults = () => 'none'
  const messages = lines.filter(({ body }) => typeof body === 'string' && body.startsWith('xxx'))
  expect(new Set(messages.map(({ roomId, seq }) => `${roomId} ${seq}`)).size).toBe(count)
  expect(messages).toHaveLength(count)
  expect(questions).toBeGreaterThan(count / accountExportRowsMax)
})

it('[S29] is one at a time, until it ends or is given up', async () => {
  const ann = await newcomer(http)
  parley.postgres.delayMs = () => 20
  const both = await Promise.all([1, 2].map(() => exportOf(ann.token)))
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 429])
  const refused = both.find(({ status }) => status === 429)
  expect(refused?.headers.get('retry-after')).toBe(String(accountExportLeaseSeconds))
  await Promise.all(both.map((one) => one.text()))
  parley.postgres.delayMs = () => 0
  expect((await linesOf(ann.token)).at(-1)?.type).toBe('end')

  await db.execute(sql`update users set exporting_until = now() + make_interval(secs => 1)
    where id = ${ann.id}`)
  expect((await exportOf(ann.token)).status).toBe(429)
  await db.execute(sql`update users set exporting_until = now() where id = ${ann.id}`)
  expect((await linesOf(ann.token)).at(-1)?.type).toBe('end')
})

it('[S29] keeps no other waiting that was asked for by HEAD, of which nobody reads a line', async () => {
  const { token } = await newcomer(http)
  const head = await fetch(`${parley.url}/api/v1/users/me/export`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${token}` },
  })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  await expect.poll(async () => (await exportOf(token)).status).toBe(200)
})

it('[S4 AUT2] ends without its end when the sign-in does', async () => {
  const ann = await newcomer(http)
  let asked = 0
  parley.postgres.faults = () => {
    asked += 1
    return 'none'
  }
  const isCut = async () => {
    asked = 0
    parley.postgres.delayMs = () => (asked > 2 ? 100 : 0)
    const response = await exportOf(ann.token)
    await ann.ask('POST', '/auth/logout', {})
    return response.text().then(
      (text) => !text.includes('"type":"end"'),
      () => true,
    )
  }
  expect(await isCut()).toBe(true)
  parley.postgres.delayMs = () => 0
  parley.postgres.faults = () => 'none'
  expect((await exportOf(ann.token)).status).toBe(401)
  expect(
    (await http('POST', '/auth/login', { body: { login: ann.username, password } })).status,
  ).toBe(200)
})

it('[S8] is nobody’s without a token', async () => {
  expect((await fetch(`${parley.url}/api/v1/users/me/export`)).status).toBe(401)
})
