// No question of ours to Postgres reads a whole table: each is asked here once, and its plan looked at.

import { randomBytes } from 'node:crypto'
import { neon } from '@neondatabase/serverless'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { newcomer, password } from './support/accounts.ts'
import { signUpAdmin } from './support/admin.ts'
import { buildWorker } from './support/build.ts'
import { newMessageId } from './support/ids.ts'
import { ownParley } from './support/own-parley.ts'
import { roomOf, signUp, wideLimits } from './support/parley.ts'

const Question = v.object({ query: v.string(), params: v.array(v.unknown()) })
const Asked = v.union([Question, v.object({ queries: v.array(Question) })])

const bundle = await buildWorker('test/workers/sweeps-at-will.ts')
const parley = await ownParley({ bundle, vars: wideLimits })
const { http, postgres, url } = parley

const asked = new Map<string, readonly unknown[]>()
postgres.faults = (body) => {
  const parsed = v.parse(Asked, JSON.parse(body))
  for (const { query, params } of 'queries' in parsed ? parsed.queries : [parsed]) {
    if (/^\s*(?:select|insert|update|delete|with)\b/i.test(query)) asked.set(query, params)
  }
  return 'none'
}

/** Some answers are no JSON. */
const read = async (path: string, token: string) => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect([path, answer.status, (await answer.text()).length > 0]).toEqual([path, 200, true])
}

/** Which tables a question would read whole, were that the dearest of all ways. */
async function readWhole(query: string, params: readonly unknown[]): Promise<string[]> {
  const sql = neon(postgres.url)
  const [, plan = []] = await sql.transaction([
    sql.query('set local enable_seqscan = off'),
    sql.query(`explain ${query}`, [...params]),
  ])
  const lines = plan.map((row) => String(row['QUERY PLAN']))
  return lines.flatMap((line) => /Seq Scan on (\w+)/.exec(line)?.[1] ?? [])
}

it('every question has an index', async () => {
  const root = await signUpAdmin(parley, 'Root')
  const ana = await signUp(parley, 'Ana')
  const bo = await newcomer(http)
  const room = await roomOf(ana)
  const named = `Room ${randomBytes(4).toString('hex')}`
  const body = { id: newMessageId(), body: 'Hello there' }
  await bo.ask('POST', `/rooms/${room}/join`, {})
  await bo.ask('POST', `/rooms/${room}/messages`, body)
  const own = await bo.ask<{ id: string }>('POST', '/rooms', { name: named, visibility: 'private' })
  const invite = await ana.ask<{ code: string }>('POST', `/rooms/${room}/invites`, { maxUses: 1 })
  const bot = await ana.ask<{ id: string }>('POST', `/rooms/${room}/bots`, {
    ...{ name: 'Weather', rights: ['read'] },
  })
  const lists = [
    ...['/users?query=an', '/users', `/users/${bo.id}`, `/users/${bo.id}/rooms`, '/rooms?query=ro'],
    ...[
      '/rooms',
      '/rooms/mine',
      `/rooms/${room}/invites`,
      `/rooms/${room}/bots`,
      '/search?query=he',
    ],
    ...['/auth/sessions', `/invites/${invite.body.code}`, '/users/me/export'],
  ]
  for (const path of lists) await read(path, ana.token)
  const ofAdmins = [
    ...['/users?query=an@', `/users/${bo.id}/sessions`, '/admin/rooms', '/admin/mirror'],
    ...['/admin/audit', `/admin/audit?actor=${bo.id}`, `/admin/audit?subject=${bo.id}`],
    ...[`/admin/audit?room=${room}`, '/admin/audit?kind=signedIn'],
  ]
  for (const path of ofAdmins) await read(path, root.token)
  await bo.ask('POST', `/invites/${invite.body.code}/accept`, {})
  await ana.ask('DELETE', `/rooms/${room}/bots/${bot.body.id}`)
  await ana.ask('PATCH', `/rooms/${room}`, { topic: 'Tea' })
  await ana.ask('PATCH', '/users/me', { bio: 'Keeps bees.' })
  await http('POST', '/auth/login', { body: { login: 'nobody', password } })
  await http('POST', '/auth/login', { body: { login: bo.username, password } })
  await http('POST', '/auth/refresh', { body: { refreshToken: bo.refreshToken } })
  await bo.ask('DELETE', `/rooms/${own.body.id}`)
  await root.ask('PATCH', `/users/${bo.id}`, { suspended: true })
  await root.ask('DELETE', `/users/${bo.id}`, { messages: 'erase' })
  await fetch(`${url}/sweep`)
  postgres.faults = () => 'none'

  const found = new Map<string, string[]>()
  for (const [query, params] of asked) {
    const tables = await readWhole(query, params)
    if (tables.length > 0) found.set(query, tables)
  }
  expect(asked.size).toBeGreaterThan(60)
  expect(Object.fromEntries(found)).toEqual({})
})
