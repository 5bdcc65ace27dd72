// How full the storage is, asked seldom: SQLite counts its pages for an answer, a third of a message's cost.

import { storageBytesMax } from '../protocol/limits.ts'

/**
 * What this many messages write, each with all that follows from it, is far less than a full storage
 * leaves. So is, with them, what an export or a restore lays aside meanwhile.
 */
const asksAnAnswer = 100

/** As `measure`, but a while ago; while it is `full` or more, now: somebody may have made room. */
export function storageGauge(measure: () => number, full = storageBytesMax): () => number {
  let bytes = 0
  let asks = 0
  return () => {
    if (asks % asksAnAnswer === 0 || bytes >= full) bytes = measure()
    asks += 1
    return bytes
  }
}
