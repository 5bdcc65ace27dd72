// Gives each request its configuration and the world it acts in.

import { createMiddleware } from 'hono/factory'
import { connect } from '../database/client.ts'
import type { AppEnv } from './context.ts'
import { type Bindings, configOf } from './env.ts'
import { Rooms } from './room-stub.ts'

export const outfit = createMiddleware<AppEnv>((c, next) => {
  const { config, world, rooms } = outfitOf(c.env)
  c.set('config', config)
  c.set('world', world)
  c.set('rooms', rooms)
  return next()
})

/** Cheap enough for every request: no connection is opened before it is used. */
export function outfitOf(env: Bindings) {
  const config = configOf(env)
  const { keyring, accessTokenSeconds } = config
  const db = connect(config.databaseUrl)
  return {
    config,
    world: { db, keyring, accessTokenSeconds, now: new Date() },
    rooms: new Rooms(env.ROOMS, db),
  }
}
