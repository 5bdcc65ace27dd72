// `npm run admin -- <e-mail or username>`: lets somebody run Parley, in DATABASE_URL or, without one, in
// the database of `npm run dev`, which has to be running.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { grantAdmin } from '../database/admins.ts'
import { connect } from '../database/client.ts'
import { databaseFailure } from '../database/failures.ts'

const { values, positionals } = parseArgs({
  options: { data: { type: 'string', default: '.parley' } },
  allowPositionals: true,
})
const [login, ...more] = positionals
if (login === undefined || more.length > 0) {
  fail('Name one account: npm run admin -- <e-mail or username>')
}
const url = process.env['DATABASE_URL'] ?? (await urlOfDev(values.data))
const granted = await grantAdmin(connect(url), login).catch((error: unknown) => {
  if (databaseFailure(error)?.code !== 'unavailable') throw error
  fail('The database does not answer. Is `npm run dev` running, or DATABASE_URL right?')
})
switch (granted.outcome) {
  case 'granted':
    console.log(`${granted.username} is an admin from now on.`)
    break
  case 'hadItAlready':
    console.log(`${granted.username} is an admin already.`)
    break
  case 'nobody':
    fail('There is no such account: register it first.')
    break
  case 'suspended':
    fail('This account is suspended: another admin has to lift that first.')
    break
  default:
    granted satisfies never
}

/** Written by `npm run dev` at every start. */
async function urlOfDev(dataDir: string): Promise<string> {
  const text = await readFile(join(dataDir, 'secrets.env'), 'utf8').catch(() => '')
  const [, found] = /^DATABASE_URL=(.+)$/m.exec(text) ?? []
  return found ?? fail('Start `npm run dev` first, or set DATABASE_URL.')
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
