// What a room needs of the Worker's configuration.

import * as v from 'valibot'
import {
  commandsBurst,
  commandsPerSecond,
  meterDelayMs,
  roomCommandsPerSecond,
} from '../protocol/limits.ts'
import { LogLevel } from './log.ts'
import type { MeterNamespace } from './meter-calls.ts'
import type { Dataset } from './points.ts'

const count = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(1))

/** The `LIMIT_` switches widen LIM2 for fault runs, `METER_DELAY_MS` hurries what is counted; `worker/env.ts` refuses all in production. */
export const RoomSettings = v.object({
  ENVIRONMENT: v.optional(v.picklist(['local', 'production']), 'production'),
  LOG_LEVEL: v.optional(LogLevel, 'info'),
  DATABASE_URL: v.pipe(v.string(), v.minLength(1)),
  LIMIT_COMMANDS_BURST: v.optional(count, String(commandsBurst)),
  LIMIT_COMMANDS_PER_SECOND: v.optional(count, String(commandsPerSecond)),
  METER_DELAY_MS: v.optional(count, String(meterDelayMs)),
  LIMIT_ROOM_COMMANDS_PER_SECOND: v.optional(count, String(roomCommandsPerSecond)),
})
export type RoomSettings = v.InferOutput<typeof RoomSettings>

/** The same, as the runtime hands it over. */
export type RoomBindings = v.InferInput<typeof RoomSettings> & {
  readonly METER?: MeterNamespace
  readonly METRICS?: Dataset
}

/** On somebody's own machine. */
export const isLocal = ({ ENVIRONMENT }: RoomSettings) => ENVIRONMENT === 'local'

/** How much one member may ask of a room, and all of them together. [LIM2, SOK16] */
export function allowancesOf(settings: RoomSettings) {
  const { LIMIT_COMMANDS_BURST: burst, LIMIT_COMMANDS_PER_SECOND: perSecond } = settings
  const whole = settings.LIMIT_ROOM_COMMANDS_PER_SECOND
  return { member: { burst, perSecond }, room: { burst: whole, perSecond: whole } }
}
