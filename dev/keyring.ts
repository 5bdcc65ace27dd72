// Keys that sign, made and replaced. `npm run keys` prints a keyring of one; `npm run keys -- next`, `use`
// and `drop` read a keyring from standard input and print what follows it. [S13]

import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import * as v from 'valibot'

const Key = v.strictObject({ kid: v.string(), secret: v.string() })
type Key = v.InferOutput<typeof Key>

/** The first signs, all verify. */
const Ring = v.pipe(v.string(), v.parseJson(), v.tupleWithRest([Key], Key))
type Ring = v.InferOutput<typeof Ring>

export function newKeyring(): string {
  return JSON.stringify([newKey([], new Date())])
}

/**
 * For some time after a deploy the version before answers, too. So a key is known everywhere before it
 * signs, and signs no more before it goes: three steps, a deploy each.
 */
const steps = {
  /** Known and not yet used: it stands second. */
  next: ([current, ...others]: Ring, now: Date): Ring => [
    current,
    newKey([current, ...others], now),
    ...others,
  ],
  /** The second signs; the first stays known. */
  use: ([current, next, ...others]: Ring): Ring => {
    if (!next) throw new Error('There is no next key: run `next` first, and deploy.')
    return [next, current, ...others]
  },
  /** The oldest goes, thirty days after it last signed: that is how long a sign-in lives. */
  drop: ([current, ...others]: Ring): Ring => {
    if (others.length === 0) throw new Error('The only key cannot go.')
    return [current, ...others.slice(0, -1)]
  },
} as const

export type Step = keyof typeof steps

export function isStep(text: string): text is Step {
  return text in steps
}

/** Fails for what is no keyring, without showing it. */
export function follow(keyring: string, step: Step, now: Date): string {
  const ring = v.safeParse(Ring, keyring)
  if (!ring.success) throw new Error('This is no keyring: [{"kid", "secret"}, …].')
  return JSON.stringify(steps[step](ring.output, now))
}

/** Named by the day it was made; a second of one day says so. */
function newKey(others: readonly Key[], now: Date): Key {
  const day = now.toISOString().slice(0, 10)
  const taken = new Set(others.map(({ kid }) => kid))
  let kid = day
  for (let count = 2; taken.has(kid); count += 1) kid = `${day}-${count}`
  return { kid, secret: randomBytes(32).toString('base64url') }
}

async function run(step: string | undefined): Promise<string> {
  if (step === undefined) return newKeyring()
  if (!isStep(step)) throw new Error('The steps are: next, use, drop.')
  return follow(await text(process.stdin), step, new Date())
}

if (import.meta.main) {
  run(process.argv[2]).then(console.log, (error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
