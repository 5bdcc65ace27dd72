// Time in a view: what is shown only once a state has lasted, and what counts down.

import { useEffect, useState } from 'preact/hooks'

/** False until `state` has been the same for `delayMs`: what is quick never flashes. [APP17] */
export function useAfter(delayMs: number, state: unknown = null): boolean {
  const [lasted, setLasted] = useState<{ state: unknown } | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setLasted({ state }), delayMs)
    return () => clearTimeout(timer)
  }, [delayMs, state])
  return lasted !== null && lasted.state === state
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
