// The built Worker with some people in a room, for a bench: ours, as it would be deployed.

import type { RoomId } from '../../protocol/ids.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import { buildWorker } from '../../test/support/build.ts'
import {
  type Parley,
  type Person,
  roomOf,
  signUp,
  startParley,
  wideLimits,
} from '../../test/support/parley.ts'
import { endWithUs } from './leash.ts'
import { startPostgresAside } from './postgres.ts'
import type { Wire } from './wire.ts'

export interface ParleyRoom {
  readonly server: Parley
  readonly people: readonly Person[]
  readonly room: RoomId
}

/** As wide as they go, for the room as a whole too: it is to be measured, not to shed. */
export const benchLimits = { ...wideLimits, LIMIT_ROOM_COMMANDS_PER_SECOND: '999999999' }

/** Builds lie apart from those of tests that run at the same time. */
const builds = new Map<string, Promise<string>>()

/** Limits are wide unless `vars` says otherwise; `entry` is a variant of the Worker. */
export async function startParleyRoom({
  people: count,
  vars = benchLimits,
  entry = 'worker/index.ts',
}: {
  people: number
  vars?: Record<string, string>
  entry?: string
}): Promise<ParleyRoom> {
  const build = builds.get(entry) ?? buildWorker(entry)
  builds.set(entry, build)
  const bundle = await build
  const server = await startParley({ vars, bundle, database: startPostgresAside })
  endWithUs(server.workerd)
  const people: Person[] = []
  for (let n = 0; n < count; n += 1) people.push(await signUp(server, `Person${n}`))
  return { server, people, room: await roomOf(people[0]!, people.slice(1)) }
}

/** A socket of this person in this room. */
export function wireOf(server: Parley, room: RoomId, { token }: Person, query = ''): Wire {
  const address = `${server.url.replace('http', 'ws')}/api/v1/rooms/${room}/socket${query}`
  return { kind: 'parley', address, protocols: [SUBPROTOCOL, token] }
}
