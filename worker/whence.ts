// From where a request comes, and with what: as much as a list of sign-ins and the audit log may know.

import { userAgentCharactersMax } from '../protocol/limits.ts'
import type { AppContext } from './context.ts'
import { placeOf } from './domain/places.ts'
import { plain } from './domain/plain.ts'

export interface Whence {
  /** What the client says of itself. */
  readonly device: string
  /** Never a whole address. Of headers only the platform's own is believed. [S27, V-23] */
  readonly place: string | null
}

export function whenceOf(c: AppContext): Whence {
  return {
    device: plain(c.req.header('user-agent') ?? '', userAgentCharactersMax),
    place: placeOf(Reflect.get(c.req.raw, 'cf'), c.req.header('cf-connecting-ip')),
  }
}
