// What an opened room takes from outside, all but time and chance: the storage, Postgres, the settings.

import { mirrorIn, pausesIn } from '../database/archive.ts'
import type { Database } from '../database/client.ts'
import type { Post } from './deliveries.ts'
import type { World } from './open-room.ts'
import { allowancesOf, isLocal, type RoomSettings } from './settings.ts'
import type { Sql } from './sql.ts'
import { storageGauge } from './storage-gauge.ts'
import type { Counts } from './tally.ts'

interface Surroundings {
  readonly sql: Sql
  readonly storage: DurableObjectStorage
  readonly database: Database
  readonly settings: RoomSettings
  readonly counts: Counts
  readonly post: Post
  readonly failed: (event: string, error: unknown, facts?: { failures: number }) => void
}

export function worldOf(given: Surroundings): Omit<World, 'pace' | 'random' | 'mintId'> {
  const { sql, storage, database, settings, counts, post, failed } = given
  return {
    ...{ sql, counts },
    setAlarm: (atMs) => void storage.setAlarm(atMs),
    storageBytes: storageGauge(() => storage.sql.databaseSize),
    mirror: mirrorIn(database),
    outside: {
      ...{ post, isLocal: isLocal(settings) },
      reportPaused: pausesIn(database),
      failed: (error) => failed('webhooks', error),
    },
    mirrorFailed: (error, failures) => failed('archive', error, { failures }),
    allowances: allowancesOf(settings),
  }
}
