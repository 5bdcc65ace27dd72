// A page kept open over a deploy asks for files that are gone: one reload brings the new ones. [CON6]

import { Failure } from '../../protocol/failures.ts'

const KEY = 'parley:reloaded-for'

/** A server slower than this is taken for away. */
const answerWithinMs = 5_000

/**
 * For a file that did not come. Without an answering server a reload would end in the browser's own
 * error page, so then it throws `unavailable`, as it does where a reload has not helped already and
 * nobody asked for another try. Browsers keep a failed import: a reload is what tries it again.
 */
export async function reloadWhenStale(cause: unknown, { asked = false } = {}): Promise<never> {
  const worthIt = (await serverAnswers()) && (firstTime() || asked)
  if (!worthIt) throw new Failure('unavailable', { cause })
  location.reload()
  return new Promise<never>(() => undefined)
}

async function serverAnswers(): Promise<boolean> {
  const signal = AbortSignal.timeout(answerWithinMs)
  return fetch('/', { cache: 'no-store', signal }).then(
    (answer) => answer.ok,
    () => false,
  )
}

/** Once for each version of the page: a file that stays missing must not reload for ever. */
function firstTime(): boolean {
  const version = import.meta.url
  try {
    if (sessionStorage.getItem(KEY) === version) return false
    sessionStorage.setItem(KEY, version)
    return true
  } catch {
    return false // Nothing would remember that it was tried.
  }
}
