// What the Worker is given: bindings and settings, parsed by name. A bad or weak value fails at once.

import * as v from 'valibot'
import type { GuardCalls } from '../durable/guard-calls.ts'
import { LogLevel } from '../durable/log.ts'
import type { MeterNamespace } from '../durable/meter-calls.ts'
import type { Dataset } from '../durable/points.ts'
import type { RoomCalls } from '../durable/room-calls.ts'
import {
  accessTokenSeconds,
  metricsTokenCharactersMax,
  metricsTokenCharactersMin,
} from '../protocol/account-limits.ts'
import { Keyring } from './domain/keyring.ts'

/** A room as the platform hands it out: what it can be asked, and where an upgrade goes. */
export type RoomStub = RoomCalls & { fetch(request: Request): Promise<Response> }

export interface RoomNamespace {
  getByName(name: string): RoomStub
}

export interface GuardNamespace {
  getByName(name: string): GuardCalls
}

/** The platform's own counter: roughly so many calls of a key within its window, by wrangler.toml. */
export interface FloodGate {
  limit(of: { key: string }): Promise<{ success: boolean }>
}

/** The settings arrive as text, and are used only as `Config`. */
export interface Bindings extends Record<string, unknown> {
  readonly ROOMS: RoomNamespace
  /** Counts guesses, an object for each account name, address and known device. [API4] */
  readonly LOGIN_GUARD: GuardNamespace
  /** Adds up what is counted; without it nothing is. [OPS1] */
  readonly METER?: MeterNamespace
  /** Points for Workers Analytics Engine, where somebody wants them. [OPS2] */
  readonly METRICS?: Dataset
  /** Against floods from one address: all of the API, and signing up and in. Tests may do without. */
  readonly API_FLOOD?: FloodGate
  readonly AUTH_FLOOD?: FloodGate
  /** The app's files. Tests may do without. */
  readonly ASSETS?: { fetch(request: Request): Promise<Response> }
}

/** They widen limits for fault runs, and would be holes anywhere else. */
const testSwitches = [
  'LIMIT_COMMANDS_BURST',
  'LIMIT_COMMANDS_PER_SECOND',
  'LIMIT_ROOM_COMMANDS_PER_SECOND',
  'ACCESS_TOKEN_SECONDS',
  'METER_DELAY_MS',
] as const

const Settings = v.object({
  ENVIRONMENT: v.picklist(['local', 'production']),
  LOG_LEVEL: LogLevel,
  DATABASE_URL: v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\/[^\s/]+@[^\s/]+\/\S+$/)),
  KEYRING: Keyring,
  METRICS_TOKEN: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\S+$/),
      v.minLength(metricsTokenCharactersMin),
      v.maxLength(metricsTokenCharactersMax),
    ),
  ),
  ACCESS_TOKEN_SECONDS: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/), v.transform(Number)),
    String(accessTokenSeconds),
  ),
})

export interface Config {
  readonly logLevel: LogLevel
  readonly databaseUrl: string
  readonly keyring: Keyring
  readonly accessTokenSeconds: number
  /** Opens the figures; null: nobody is shown any. */
  readonly metricsToken: string | null
  /** On somebody's own machine. */
  readonly isLocal: boolean
}

const configs = new WeakMap<object, Config>()

/** As `readConfig`, once for all requests that are given the same bindings. */
export function configOf(bindings: object): Config {
  const config = configs.get(bindings) ?? readConfig({ ...bindings })
  configs.set(bindings, config)
  return config
}

/** Throws with the name of the first setting that is wrong, never with its value. [D-05, D-44] */
export function readConfig(env: Record<string, unknown>): Config {
  const parsed = v.safeParse(Settings, env)
  if (!parsed.success) {
    const [name] = Object.keys(v.flatten<typeof Settings>(parsed.issues).nested ?? {})
    throw new Error(`The setting ${name} is missing, malformed or too weak.`)
  }
  const settings = parsed.output
  const forbidden = testSwitches.find((name) => env[name] !== undefined)
  if (settings.ENVIRONMENT === 'production' && forbidden) {
    throw new Error(`The setting ${forbidden} is for tests and may not be set in production.`)
  }
  return {
    logLevel: settings.LOG_LEVEL,
    databaseUrl: settings.DATABASE_URL,
    keyring: settings.KEYRING,
    accessTokenSeconds: settings.ACCESS_TOKEN_SECONDS,
    metricsToken: settings.METRICS_TOKEN ?? null,
    isLocal: settings.ENVIRONMENT === 'local',
  }
}
