// What a simulated run can be given in place of the real thing: how the mutants are made.

import type { Mirror } from '../../durable/mirroring.ts'
import type { Reader } from '../../durable/reader.ts'
import type { SqlValue } from '../../durable/sql.ts'
import type { World } from './world.ts'

export interface Variant {
  /** Another statement in place of the one the room asked for. */
  readonly rewrite?: (query: string, values: SqlValue[]) => [query: string, values: SqlValue[]]
  /** Which frames leave before what they tell is durable; the writes follow in a later turn. */
  readonly leavesEarly?: (frame: { type: string }) => boolean
  /** How a socket's frame reaches the room. */
  readonly receives?: (parts: {
    world: World
    frame: string
    hand: () => void
    say: (frame: object) => void
  }) => void
  readonly mirror?: (real: Mirror) => Mirror
  readonly changesSince?: (real: Reader['changesSince']) => Reader['changesSince']
  readonly isMirrorGuarded?: boolean
}
