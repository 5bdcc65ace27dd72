// A page's `next`: the keys of its last row, opaque to clients.

import { Buffer } from 'node:buffer'
import * as v from 'valibot'
import { Failure } from '../protocol/failures.ts'

export function writeCursor(keys: object | string): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url')
}

/** Null for the first page. Fails `invalid` for what we never gave. */
export function readCursor<Keys>(
  schema: v.GenericSchema<unknown, Keys>,
  cursor: string | undefined,
): Keys | null {
  if (cursor === undefined) return null
  const json = Buffer.from(cursor, 'base64url').toString()
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json)
  if (parsed.success) return parsed.output
  throw new Failure('invalid', {
    errors: [{ path: 'cursor', message: 'is not a cursor of ours' }],
  })
}

/** A page of `rows`, which were asked for with one more than `limit`, and the way to the next. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => object | string,
): { page: readonly Row[]; next: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { page, next: rows.length > limit && last ? writeCursor(keysOf(last)) : null }
}
