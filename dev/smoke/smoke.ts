// From health to one message that two sockets see, and everything put back as it was.

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { SignedIn } from '../../protocol/api/accounts.ts'
import { Alive, Ready } from '../../protocol/api/health.ts'
import type { ServerFrame } from '../../protocol/frames.ts'
import { ask, Ear } from './client.ts'

export interface Account {
  readonly login: string
  readonly password: string
}

/**
 * Every step says what it did; resolves to what went wrong, a sentence each, which begins with the step's
 * name. What was made is removed again, whatever failed.
 */
export async function smoke(
  url: string,
  account: Account | null,
  say: (done: string) => void,
): Promise<string[]> {
  const problems: string[] = []
  const undo: { name: string; work: () => Promise<unknown> }[] = []
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const done = await work().catch((error: unknown) => {
      throw new Error(`${name}: ${error instanceof Error ? error.message : error}`)
    })
    say(`${name}: ${Math.round(performance.now() - startedAt)} ms`)
    return done
  }
  const note = (error: unknown) => problems.push(error instanceof Error ? error.message : 'odd')

  await walk(url, account, step, (name, work) => undo.unshift({ name, work })).catch(note)
  for (const { name, work } of undo) await step(name, work).catch(note)
  return problems
}

type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>
type Undo = (name: string, work: () => Promise<unknown>) => void

async function walk(url: string, account: Account | null, step: Step, undo: Undo): Promise<void> {
  await step('health', () => ask(url, 'GET', '/health', { expects: Alive }))
  await step('ready', () => ask(url, 'GET', '/ready', { expects: Ready }))
  const token = await (account ? signIn(url, account, step, undo) : signUp(url, step, undo))

  const body = { name: `Smoke ${randomBytes(6).toString('hex')}`, visibility: 'private' }
  const expects = v.object({ id: v.string() })
  const room = await step('room', () => ask(url, 'POST', '/rooms', { token, body, expects }))
  undo('delete the room', () =>
    ask(url, 'DELETE', `/rooms/${room.id}`, { token, expects: nothing }),
  )

  const ears = [new Ear(url, room.id, token), new Ear(url, room.id, token)]
  undo('close the sockets', async () => {
    for (const ear of ears) ear.close()
  })
  await step('two sockets', () => all(ears, 'its welcome', ({ type }) => type === 'welcome'))
  await step('one message', async () => {
    const id = uuidv7()
    ears[0]?.send({ type: 'send', ref: 1, id, body: 'Is anybody here?' })
    await all(ears, 'the message', (frame) => tells(frame, id))
  })
}

async function signIn(url: string, account: Account, step: Step, undo: Undo): Promise<string> {
  const body = { ...account, transport: 'body' }
  const asked = { body, expects: SignedIn }
  const { accessToken: token } = await step('sign in', () => ask(url, 'POST', '/auth/login', asked))
  undo('sign out', () => ask(url, 'POST', '/auth/logout', { token, body: {}, expects: nothing }))
  return token
}

async function signUp(url: string, step: Step, undo: Undo): Promise<string> {
  const username = `smoke-${randomBytes(6).toString('hex')}`
  const password = randomBytes(24).toString('base64url')
  const body = { email: `${username}@example.com`, username, password, transport: 'body' }
  const asked = { body, expects: SignedIn }
  const { accessToken: token } = await step('register', () =>
    ask(url, 'POST', '/auth/register', asked),
  )
  const fate = { password, messages: 'erase' }
  undo('delete the account', () =>
    ask(url, 'DELETE', '/users/me', { token, body: fate, expects: v.object({ code: v.string() }) }),
  )
  return token
}

const nothing = v.null()

const all = (ears: readonly Ear[], what: string, wants: (frame: ServerFrame) => boolean) =>
  Promise.all(ears.map((ear) => ear.hears(what, wants)))

const tells = (frame: ServerFrame, id: string) =>
  frame.type === 'changes' && frame.messages.some((message) => message.id === id)
