// From where a request comes, and with what: as much as a list of sign-ins and the audit log may know.

import { userAgentCharactersMax } from '../protocol/account-limits.ts'
import { addressOf } from './address.ts'
import type { AppContext } from './context.ts'
import { deviceMarks } from './device-cookie.ts'
import type { Client } from './domain/client.ts'
import { placeOf } from './domain/places.ts'
import { plain } from './domain/plain.ts'

/** Never a whole address. Of headers only the platform's own is believed. [S27, V-23] */
export function whereabouts(c: AppContext): string | null {
  return placeOf(Reflect.get(c.req.raw, 'cf'), c.req.header('cf-connecting-ip'))
}

export function clientOf(c: AppContext): Client {
  return {
    device: plain(c.req.header('user-agent') ?? '', userAgentCharactersMax),
    place: whereabouts(c),
    address: addressOf(c),
    marks: deviceMarks(c),
  }
}
