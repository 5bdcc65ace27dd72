// Gives each request its configuration and the world it acts in.

import { createMiddleware } from 'hono/factory'
import { connect, type Database } from '../database/client.ts'
import type { AppEnv } from './context.ts'
import { type Bindings, type Config, configOf } from './env.ts'
import { GuardStubs } from './guard-stub.ts'
import { MeterLink } from './meter.ts'
import { Rooms } from './room-stub.ts'

export const outfit = createMiddleware<AppEnv>((c, next) => {
  const { config, world, rooms, meter } = outfitOf(c.env)
  c.set('config', config)
  c.set('world', world)
  c.set('rooms', rooms)
  c.set('meter', meter)
  return next()
})

const databases = new WeakMap<Config, Database>()
const meters = new WeakMap<Config, MeterLink>()

export function outfitOf(env: Bindings) {
  const config = configOf(env)
  const { keyring, accessTokenSeconds } = config
  const db = databases.get(config) ?? connect(config.databaseUrl)
  databases.set(config, db) // Shared by all requests: it holds no connection.
  const meter = meters.get(config) ?? new MeterLink(env)
  meters.set(config, meter) // All requests of this isolate count together.
  return {
    config,
    world: {
      db,
      keyring,
      guards: new GuardStubs(env.LOGIN_GUARD, meter.counts),
      accessTokenSeconds,
      now: new Date(),
    },
    rooms: new Rooms(env.ROOMS, db),
    meter,
  }
}
