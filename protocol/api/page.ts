// How every list is asked for and answered: by keyset, never by offset. [LIM4]

import * as v from 'valibot'
import { listDefault, listMax } from '../limits.ts'

/** `?limit=`, as it arrives in an address. */
export const Limit = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^\d{1,4}$/, 'must be a number'),
    v.transform(Number),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(listMax, `must be at most ${listMax}`),
  ),
  String(listDefault),
)

/** Folding makes 33 bytes of one U+FDFA, base64 makes 44 of them, and a room's name has 50. */
const cursorCharactersMax = 4_096

/** `?cursor=`: the `next` of the page before, opaque to clients. */
export const PageCursor = v.optional(
  v.pipe(v.string(), v.maxLength(cursorCharactersMax, 'is not a cursor of ours')),
)

/** `next` asks for the following page; null means there is none. [D-39] */
export const Next = v.nullable(v.string())
