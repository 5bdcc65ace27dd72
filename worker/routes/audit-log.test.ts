// What the audit log does not take: twice, too much, other people's lines.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { appendAudit, appendBadSignIn } from '../../database/audit.ts'
import { badSignInsAuditedPerHour } from '../../protocol/account-limits.ts'
import type { AuditPage } from '../../protocol/api/admin.ts'
import type { UserId } from '../../protocol/ids.ts'
import { logIn, newcomer } from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { ownParley } from '../../test/support/own-parley.ts'

const parley = await ownParley()
const { http, db } = parley
const root = await signUpAdmin(parley, 'Root')
const me = () => newcomer(http)

async function recordsOf(kind: string, { subjectId }: { subjectId: UserId }) {
  const path = `/admin/audit?kind=${kind}&subject=${subjectId}`
  return (await root.ask<AuditPage>('GET', path)).body.records
}

const badSignIns = async (where = sql`true`) => {
  const { rows } = await db.execute(sql`select count(*)::int as count from audit_log
    where kind = 'signInFailed' and ${where}`)
  return rows[0]?.['count'] as number
}

it('[API3] asks as much of Postgres for a name that is nobody’s, and writes nothing down', async () => {
  const ann = await me()
  await expect.poll(() => recordsOf('registered', { subjectId: ann.id })).toHaveLength(1)
  let asked = 0
  parley.postgres.faults = () => {
    asked += 1
    return 'none'
  }
  const before = await badSignIns()
  asked = 0
  await logIn(http, ann.username, 'wrong')
  await expect.poll(() => asked).toBe(2)
  asked = 0
  await logIn(http, 'nobody', 'wrong')
  await expect.poll(() => asked).toBe(2)
  parley.postgres.faults = () => 'none'
  expect(await badSignIns()).toBe(before + 1)
})

it('[S28] lets nobody fill the log with bad sign-ins to one account', async () => {
  const { id } = await me()
  const ofAnn = sql`subject_id = ${id}`
  const fail = () => appendBadSignIn(db, { subjectId: id, requestId: uuidv7(), place: null })
  for (let n = 1; n < badSignInsAuditedPerHour; n += 1) await fail()
  expect(await badSignIns(ofAnn)).toBe(badSignInsAuditedPerHour - 1)
  await fail()
  await fail()
  expect(await badSignIns(ofAnn)).toBe(badSignInsAuditedPerHour)
  await db.execute(sql`update audit_log set at = at - interval '61 minutes' where ${ofAnn}`)
  await fail()
  expect(await badSignIns(ofAnn)).toBe(badSignInsAuditedPerHour + 1)
})

it('[S28] keeps what would write a line of its own as a code', async () => {
  const { id: subjectId } = await me()
  const evil = 'a\r\nroot\u001b[2J\u009b1m\u202e\u2028z\ud800'
  await appendAudit(db, {
    ...{ kind: 'signedOut', subjectId, place: evil },
    detail: { text: evil, list: [evil] },
  })
  const [found] = await recordsOf('signedOut', { subjectId })
  const plain = 'a\\u{d}\\u{a}root\\u{1b}[2J\\u{9b}1m\\u{202e}\\u{2028}z\ufffd'
  expect(found).toMatchObject({ place: plain, detail: { text: plain, list: [plain] } })
})
