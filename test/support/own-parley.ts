// A Parley for one test file: there before its first test, gone after its last.

import { afterAll } from 'vitest'
import { connect } from '../../database/client.ts'
import { httpTo } from './http.ts'
import { type Person, roomOf, signUp, startParley, wideLimits } from './parley.ts'

export async function ownParley(options?: Parameters<typeof startParley>[0]) {
  const parley = await startParley(options)
  afterAll(() => parley.stop())
  process.once('exit', () => parley.workerd.kill()) // Where the file failed before its first test.
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

/** Two people in a public room of the first, with limits that slow nobody down. */
export async function twoInARoom() {
  const parley = await ownParley({ vars: wideLimits })
  const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')
  return { parley, ana, bo, room: await roomOf(ana, [bo]) }
}

/** So many of them, in a public room of the first. */
export async function manyInARoom(count: number, vars: Record<string, string> = wideLimits) {
  const parley = await ownParley({ vars })
  const names = Array.from({ length: count }, (_, n) => `Sender${n}`)
  const [first, ...others] = await signUpAll(parley, ...names)
  if (!first) throw new Error('A room has an owner.')
  return { parley, people: [first, ...others], room: await roomOf(first, others) }
}
