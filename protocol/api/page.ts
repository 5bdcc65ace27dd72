// How every list is asked for and answered: by keyset, never by offset. [LIM4]

import * as v from 'valibot'
import { listDefault, listMax } from '../limits.ts'

/** Digits in an address are a number to whoever writes one. */
export const decimal = { type: 'integer', pattern: undefined }

/** `?limit=`, as it arrives in an address. */
export const Limit = v.pipe(
  v.optional(v.string(), String(listDefault)),
  v.regex(/^\d{1,4}$/, 'must be a number'),
  v.metadata({ ...decimal, minimum: 1, maximum: listMax, default: listDefault }),
  v.transform(Number),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(listMax, `must be at most ${listMax}`),
)

/** Folding makes 33 bytes of one U+FDFA, base64 makes 44 of them, and a room's name has 50. */
const cursorCharactersMax = 4_096

/** `?cursor=`: the `next` of the page before, opaque to clients. */
export const PageCursor = v.optional(
  v.pipe(v.string(), v.maxLength(cursorCharactersMax, 'is not a cursor of ours')),
)

/** `next` asks for the following page; null means there is none. [D-39] */
export const Next = v.nullable(v.string())
