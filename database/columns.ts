// The kinds of column our tables are made of, each chosen knowingly.

import { bigint, customType, timestamp } from 'drizzle-orm/pg-core'

/** Compared by code point: the same order, and so the same keyset, in every Postgres. */
export const foldedKey = customType<{ data: string }>({ dataType: () => 'text collate "C"' })

export const moment = () => timestamp({ withTimezone: true, precision: 3 })

/** Counters stay far below 2^53. */
export const counter = () => bigint({ mode: 'number' })

/** Written and asked by Postgres alone; nobody reads it back. */
export const searchTerms = customType<{ data: string }>({ dataType: () => 'tsvector' })
