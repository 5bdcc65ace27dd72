// Under which name the end of a socket is counted: a peer may close with any number.

import { failures } from '../protocol/failures.ts'

/** RFC 6455's own: normal, going away, no code, no goodbye, too large, our fault, restart. */
const usual = [1000, 1001, 1005, 1006, 1009, 1011, 1012]
const ours = Object.values(failures).flatMap((one) => ('close' in one ? [one.close] : []))
const known: ReadonlySet<number> = new Set([...usual, ...ours])

export const closeLabel = (code: number) => (known.has(code) ? String(code) : 'other')
