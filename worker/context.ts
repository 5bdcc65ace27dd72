// What a request carries on its way through the app.

import type { Context } from 'hono'
import type { Failure } from '../protocol/failures.ts'
import type { UserId } from '../protocol/ids.ts'
import type { Caller } from './domain/access-tokens.ts'
import type { World } from './domain/world.ts'
import type { Bindings, Config } from './env.ts'
import type { MeterLink } from './meter.ts'
import type { Rooms } from './room-stub.ts'

export interface AppEnv {
  Bindings: Bindings
  Variables: {
    requestId: string
    config: Config
    world: World
    rooms: Rooms
    meter: MeterLink
    /** Why the answer is a problem, for the log and the counts. */
    refusedFor?: Failure
    /** Only behind `signedIn`. */
    caller: Caller
    /** Only behind `perhapsSignedIn`. */
    visitor: Caller | null
    /** For the log; set as soon as it is known. */
    userId?: UserId
  }
}

export type AppContext = Context<AppEnv>
