// The command that lets somebody run Parley, as an operator calls it.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect } from '../database/client.ts'
import { newUserId } from '../test/support/ids.ts'
import { migrate } from './migrate.ts'
import { type Postgres, startPostgres } from './postgres.ts'

const program = new URL('admin.ts', import.meta.url).pathname
const ann = newUserId()
let postgres: Postgres
let dataDir: string

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.url)
  dataDir = await mkdtemp(join(tmpdir(), 'parley-admin-'))
  await connect(postgres.url).execute(sql`insert into users
    (id, email, email_key, username, username_key, password_hash, display_name, suspended_at) values
    (${ann}, 'Ann@Example.com', 'ann@example.com', 'Ann', 'ann', '', 'Ann', null),
    (${newUserId()}, 'e@example.com', 'e@example.com', 'Eve', 'eve', '', 'Eve', now())`)
})

afterAll(async () => {
  await postgres.close()
  await rm(dataDir, { recursive: true })
})

function command(args: string[], url?: string): Promise<{ code: number; said: string }> {
  const { DATABASE_URL: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--no-warnings', program, ...args],
      { env: { ...env, ...(url && { DATABASE_URL: url }) } },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), said: `${out}${err}`.trim() }),
    )
  })
}

it('[D-23] makes an admin of an account, in DATABASE_URL, once and on record', async () => {
  expect(await command(['ann@example.COM'], postgres.url)).toEqual({
    ...{ code: 0, said: 'Ann is an admin from now on.' },
  })
  expect(await command(['ANN'], postgres.url)).toEqual({
    ...{ code: 0, said: 'Ann is an admin already.' },
  })
  const db = connect(postgres.url)
  const { rows } = await db.execute(sql`select role from users where id = ${ann}`)
  expect(rows).toEqual([{ role: 'admin' }])
  const audited = await db.execute(sql`select kind, actor_id, subject_id, detail from audit_log`)
  expect(audited.rows).toEqual([
    {
      ...{ kind: 'globalRoleChanged', actor_id: null, subject_id: ann },
      detail: { role: 'admin', by: 'command' },
    },
  ])
})

it('finds the database of `npm run dev` by its folder', async () => {
  await writeFile(join(dataDir, 'secrets.env'), `DATABASE_URL=${postgres.url}\nKEYRING='[]'\n`)
  const { said } = await command(['ann', '--data', dataDir])
  expect(said).toBe('Ann is an admin already.')
})

it.each([
  ['nobody', ['bob'], 'There is no such account'],
  ['somebody suspended', ['eve'], 'This account is suspended'],
  ['no name', [], 'Name one account'],
  ['two names', ['ann', 'eve'], 'Name one account'],
])('refuses %s', async (_, args, sentence) => {
  const { code, said } = await command(args, postgres.url)
  expect([code, said]).toEqual([1, expect.stringContaining(sentence)])
})

it('says so where no database answers, and where none is named', async () => {
  const away = 'postgresql://parley:secret@localhost:1/parley'
  const silent = await command(['ann'], away)
  expect([silent.code, silent.said]).toEqual([1, expect.stringContaining('does not answer')])
  expect(silent.said).not.toContain('secret')
  const unnamed = await command(['ann', '--data', join(dataDir, 'none')])
  expect([unnamed.code, unnamed.said]).toEqual([1, expect.stringContaining('npm run dev')])
})
