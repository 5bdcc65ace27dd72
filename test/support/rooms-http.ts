// What the tests of rooms over HTTP say again and again.

import { randomBytes } from 'node:crypto'
import type { RoomCard } from '../../protocol/api/rooms.ts'
import type { Person } from './parley.ts'

/** A name nobody else has. */
export const unique = (name: string) => `${name} ${randomBytes(6).toString('hex')}`

/** A public room, unless `more` says otherwise. */
export async function create(by: Person, more: object = {}) {
  const body = { name: unique('Room'), visibility: 'public', ...more }
  return (await by.ask<RoomCard>('POST', '/rooms', body)).body
}

/** An answer in short: its status, and its code where it is a problem. */
export const code = ({ status, body }: { status: number; body: unknown }) => [
  status,
  (body as { code?: string }).code,
]
