// A Parley for one test file: there before its first test, gone after its last.

import { afterAll } from 'vitest'
import { connect } from '../../database/client.ts'
import { httpTo } from './http.ts'
import { type Person, signUp, startParley } from './parley.ts'

export async function ownParley(options?: Parameters<typeof startParley>[0]) {
  const parley = await startParley(options)
  afterAll(() => parley.stop())
  return { ...parley, http: httpTo(parley), db: connect(parley.postgres.url) }
}

/** One after another: a hash takes a processor a while. */
export async function signUpAll<const Names extends readonly string[]>(
  parley: { url: string },
  ...names: Names
): Promise<{ [Name in keyof Names]: Person }> {
  const people: Person[] = []
  for (const name of names) people.push(await signUp(parley, name))
  return people as { [Name in keyof Names]: Person }
}
