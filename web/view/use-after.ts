// Time in a view: what is shown only once a state has lasted, and what counts down.

import { useEffect, useState } from 'preact/hooks'

/** What a browser's timer can wait at once: some 24 days. */
const timerMsMax = 2 ** 31 - 1

/** False until `state` has been the same for `delayMs`: what is quick never flashes. [APP17] */
export function useAfter(delayMs: number, state: unknown = null): boolean {
  const [lasted, setLasted] = useState<{ state: unknown } | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setLasted({ state }), delayMs)
    return () => clearTimeout(timer)
  }, [delayMs, state])
  return lasted !== null && lasted.state === state
}

/** Whether `atMs` is yet to come; drawn again when it has. */
export function useIsAhead(atMs: number): boolean {
  const [looks, look] = useState(0)
  const isAhead = atMs > Date.now()
  useEffect(() => {
    if (!isAhead) return
    const waitMs = Math.min(atMs - Date.now(), timerMsMax)
    const timer = setTimeout(() => look((before) => before + 1), waitMs)
    return () => clearTimeout(timer)
  }, [atMs, isAhead, looks])
  return isAhead
}

/** Whole seconds until `atMs`, drawn again each second; 0 once it has passed. */
export function useSecondsUntil(atMs: number): number {
  const [, tick] = useState(0)
  const seconds = Math.max(0, Math.ceil((atMs - Date.now()) / 1_000))
  const counting = seconds > 0
  useEffect(() => {
    if (!counting) return
    const timer = setInterval(() => tick((before) => before + 1), 1_000)
    return () => clearInterval(timer)
  }, [counting])
  return seconds
}
