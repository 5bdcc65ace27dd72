// Rows put into the mirror by hand, beyond any seq its rooms reach: what Postgres says of them is
// then a matter of Postgres alone.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../../database/client.ts'
import { searchVector } from '../../database/search-vector.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'

export interface Planted {
  readonly seq: number
  readonly author: UserId
  readonly body?: string
  readonly kind?: 'message' | 'notice'
  readonly mentions?: readonly UserId[]
  readonly isDeleted?: boolean
}

export async function plant(db: Database, room: RoomId, rows: readonly Planted[]): Promise<void> {
  for (const { seq, author, body = '', kind = 'message', mentions = [], isDeleted } of rows) {
    await db.execute(sql`
      insert into messages (room_id, seq, id, author_id, kind, body, mentions, search, created_at,
        deleted_at, epoch, rev)
      values (${room}, ${seq}, ${uuidv7()}, ${author}, ${kind}, ${body},
        ${`{${mentions.join()}}`}::uuid[],
        ${kind === 'message' && !isDeleted ? searchVector(body) : null}::tsvector,
        to_timestamp(1700000000 + ${seq}::integer), ${isDeleted ? new Date().toISOString() : null},
        ${uuidv7()}, ${seq})`)
  }
}
