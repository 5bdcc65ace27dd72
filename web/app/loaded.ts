// Something asked of the server once for each key: on its way, failed, or there.

import { useCallback, useEffect, useState } from 'preact/hooks'
import { Failure, type FailureCode } from '../../protocol/failures.ts'

export type Loaded<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly code: FailureCode }
  | { readonly state: 'ready'; readonly value: Value }

/** Asks again when `key` changes or `retry` is called; an answer to an earlier key is dropped. */
export function useLoaded<Value>(
  key: string,
  load: () => Promise<Value>,
): [Loaded<Value>, retry: () => void] {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: 'loading' })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let wanted = true
    setLoaded({ state: 'loading' })
    load().then(
      (value) => wanted && setLoaded({ state: 'ready', value }),
      (error: unknown) => wanted && setLoaded({ state: 'failed', code: codeOf(error) }),
    )
    return () => {
      wanted = false
    }
  }, [key, attempt])
  return [loaded, useCallback(() => setAttempt((before) => before + 1), [])]
}

export function codeOf(error: unknown): FailureCode {
  return error instanceof Failure ? error.code : 'internal'
}
