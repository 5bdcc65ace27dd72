// Guards that are out of order, and guards for whom an hour is a second.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { uncountedPauseMs } from '../../protocol/account-limits.ts'
import { buildWorker } from '../../test/support/build.ts'
import { addressOf, from, password, registerOn, triesOn } from '../../test/support/guessing.ts'
import { ownParley } from '../../test/support/own-parley.ts'

const bundle = await buildWorker('test/workers/guards-at-will.ts')
const broken = await ownParley({ bundle, vars: { GUARDS: 'broken' } })
const hurried = await ownParley({ bundle, vars: { GUARDS: 'hurried' } })

it('[S16] lets a known device in while nobody can count, and nobody else', async () => {
  const { username, cookies } = await registerOn(broken.http)
  const { guess, signIn } = triesOn(broken.http)
  expect((await signIn(username, { cookie: cookies.device })).status).toBe(200)
  for (const answer of [await signIn(username), await guess(username), await guess('nobody')]) {
    expect([answer.status, answer.body['code']]).toEqual([503, 'unavailable'])
    expect(answer.body['retryAfterMs']).toBe(uncountedPauseMs)
  }
})

it('[S16] registers nobody from an address whose registrations cannot be counted', async () => {
  const body = { email: 'bob@example.com', username: 'bob', password }
  const headers = from(addressOf(1))
  const answer = await broken.http('POST', '/auth/register', { body, headers })
  expect(answer.status).toBe(503)
})

it('[S16] forgets by itself and leaves nothing behind', async () => {
  const { guess } = triesOn(hurried.http)
  const folder = join(hurried.workerd.dataDir, 'LoginGuard')
  const tables = () => tablesIn(folder)
  expect((await guess('nobody')).status).toBe(401)
  expect(tables()).toEqual(['tries'])
  await expect.poll(tables, { timeout: 20_000 }).toEqual([])
  expect((await guess('nobody')).status).toBe(401)
})

/** The tables of all guards, as they lie on the disk, without the platform's own. */
function tablesIn(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sqlite'))
  return files.flatMap((file) => {
    const database = new DatabaseSync(join(folder, file), { readOnly: true })
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    database.close()
    return tables.map(({ name }) => String(name)).filter((name) => !name.startsWith('_cf_'))
  })
}
