// Gives each request its configuration and the world it acts in.

import { createMiddleware } from 'hono/factory'
import { connect, type Database } from '../database/client.ts'
import type { AppEnv } from './context.ts'
import { type Bindings, type Config, configOf } from './env.ts'
import { GuardStubs } from './guard-stub.ts'
import { Rooms } from './room-stub.ts'

export const outfit = createMiddleware<AppEnv>((c, next) => {
  const { config, world, rooms } = outfitOf(c.env)
  c.set('config', config)
  c.set('world', world)
  c.set('rooms', rooms)
  return next()
})

const databases = new WeakMap<Config, Database>()

export function outfitOf(env: Bindings) {
  const config = configOf(env)
  const { keyring, accessTokenSeconds } = config
  const db = databases.get(config) ?? connect(config.databaseUrl)
  databases.set(config, db) // Shared by all requests: it holds no connection.
  return {
    config,
    world: {
      db,
      keyring,
      guards: new GuardStubs(env.LOGIN_GUARD),
      accessTokenSeconds,
      now: new Date(),
    },
    rooms: new Rooms(env.ROOMS, db),
  }
}
