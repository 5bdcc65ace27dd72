// The room's own tables, as numbered steps. A step is never edited once released, only followed.

import { rankSql } from './rows.ts'
import { SearchIndex } from './search-index.ts'
import type { Sql } from './sql.ts'

/**
 * There are no counter rows: seq and rev are read off the rows they numbered, which are never
 * removed, so a plain message costs one row and one index entry. `messages.rev` is the rev of a
 * birth and ascends with seq; `altered` is the rev of the last change after it, and its index holds
 * only such rows.
 */
const steps: readonly (readonly string[])[] = [
  [
    `CREATE TABLE room (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      id TEXT NOT NULL,
      epoch TEXT NOT NULL,
      rev INTEGER NOT NULL,
      name TEXT NOT NULL,
      topic TEXT NOT NULL,
      visibility TEXT NOT NULL,
      member_count INTEGER NOT NULL
    )`,
    `CREATE TABLE messages (
      seq INTEGER PRIMARY KEY,
      rev INTEGER NOT NULL,
      altered INTEGER,
      id TEXT NOT NULL,
      author TEXT NOT NULL,
      kind TEXT NOT NULL,
      body TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      edited_at INTEGER,
      deleted_at INTEGER
    )`,
    'CREATE UNIQUE INDEX messages_by_author ON messages (author, id)',
    'CREATE INDEX messages_by_alteration ON messages (altered) WHERE altered IS NOT NULL',
    `CREATE TABLE members (
      user TEXT PRIMARY KEY,
      rev INTEGER NOT NULL,
      name TEXT NOT NULL,
      avatar TEXT,
      role TEXT NOT NULL,
      state TEXT NOT NULL,
      named_at INTEGER NOT NULL
    ) WITHOUT ROWID`,
    'CREATE INDEX members_by_rev ON members (rev)',
    `CREATE TABLE agenda (
      kind TEXT PRIMARY KEY,
      due INTEGER NOT NULL
    ) WITHOUT ROWID`,
    `CREATE TABLE mirror (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      archived INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      directory_version INTEGER NOT NULL
    )`,
    'INSERT INTO mirror VALUES (1, 0, 0, 0)',
    `CREATE TABLE ended_sign_ins (
      session TEXT PRIMARY KEY,
      until INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
  [
    'ALTER TABLE room ADD COLUMN slow_mode_seconds INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE room ADD COLUMN edit_window_seconds INTEGER',
    "ALTER TABLE room ADD COLUMN invites_by TEXT NOT NULL DEFAULT 'moderator'",
    'ALTER TABLE messages ADD COLUMN reply_to INTEGER',
    'ALTER TABLE messages ADD COLUMN mentions TEXT',
    'ALTER TABLE messages ADD COLUMN reactions TEXT',
    'ALTER TABLE messages ADD COLUMN notice TEXT',
    // What an edited message said first, so that a late repeat of it is still known. [SND2]
    'ALTER TABLE messages ADD COLUMN first_digest TEXT',
    'ALTER TABLE members ADD COLUMN muted_until INTEGER',
    'ALTER TABLE members ADD COLUMN read_seq INTEGER NOT NULL DEFAULT 0',
    // 1 while the mirror has not seen the read mark.
    'ALTER TABLE members ADD COLUMN marked INTEGER',
    // Nobody marked anything before: to count it all as unread would tell nobody anything. [SND8]
    'UPDATE members SET read_seq = (SELECT coalesce(max(seq), 0) FROM messages), marked = 1',
    // 1 for whoever a crowd is told of: who has, or ever had, another role or a sanction. [SOK15]
    'ALTER TABLE members ADD COLUMN notable INTEGER NOT NULL DEFAULT 0',
    // The last message in slow mode, which alone writes it. [LIM2]
    'ALTER TABLE members ADD COLUMN sent_at INTEGER',
    "UPDATE members SET notable = 1 WHERE role IN ('owner', 'moderator')",
    'CREATE INDEX members_marked ON members (user) WHERE marked IS NOT NULL',
    // What is asked of a crowd costs what it is told, not what it counts.
    'CREATE INDEX members_notable ON members (rev) WHERE notable = 1',
    "CREATE INDEX members_banned ON members (user) WHERE state = 'banned'",
    "CREATE INDEX members_owner ON members (role) WHERE role = 'owner'",
    `CREATE INDEX members_listed ON members (${rankSql}, name, user) WHERE state = 'joined'`,
    // Who has no socket any more, and when that is told. [SOK9]
    `CREATE TABLE departures (
      user TEXT PRIMARY KEY,
      due INTEGER NOT NULL
    ) WITHOUT ROWID`,
    // Since when Postgres lacks something; null when it has all. [API5]
    'ALTER TABLE mirror ADD COLUMN behind_since INTEGER',
    // Who flooded, and until when they are kept out. [LIM2]
    `CREATE TABLE floods (
      user TEXT PRIMARY KEY,
      until INTEGER NOT NULL
    ) WITHOUT ROWID`,
    // Rows that Postgres refused, and when each is tried again. [R15]
    `CREATE TABLE parked (
      kind TEXT NOT NULL,
      key TEXT NOT NULL,
      rev INTEGER NOT NULL,
      tries INTEGER NOT NULL,
      due INTEGER NOT NULL,
      PRIMARY KEY (kind, key)
    ) WITHOUT ROWID`,
    ...SearchIndex.tables,
    // Which messages the index holds: the newest follow by batches, older ones by slices.
    `CREATE TABLE search_backlog (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      held_from INTEGER NOT NULL,
      held_to INTEGER NOT NULL
    )`,
    `INSERT INTO search_backlog
       SELECT 1, coalesce(max(seq), 0) + 1, coalesce(max(seq), 0) FROM messages`,
  ],
  // What a bot was made for, as JSON; null for people.
  ['ALTER TABLE members ADD COLUMN rights TEXT'],
  // Whom the room calls, and how far each has heard. An unacknowledged delivery keeps its id and its end.
  [
    `CREATE TABLE webhooks (
      id TEXT PRIMARY KEY,
      url TEXT NOT NULL,
      events TEXT NOT NULL,
      own_host TEXT NOT NULL,
      secret TEXT NOT NULL,
      previous_secret TEXT,
      previous_until INTEGER,
      made_by TEXT NOT NULL,
      made_at INTEGER NOT NULL,
      epoch TEXT NOT NULL,
      heard INTEGER NOT NULL,
      delivery_id TEXT,
      delivery_to INTEGER,
      due INTEGER NOT NULL DEFAULT 0,
      failures INTEGER NOT NULL DEFAULT 0,
      failing_since INTEGER,
      delivered_at INTEGER,
      last_status INTEGER,
      paused_at INTEGER,
      pause_reason TEXT,
      pause_told INTEGER NOT NULL DEFAULT 1
    ) WITHOUT ROWID`,
  ],
  [
    // Since when somebody is in, as an order: the longest-standing takes over from an owner who goes.
    'ALTER TABLE members ADD COLUMN joined_rev INTEGER NOT NULL DEFAULT 0',
    'UPDATE members SET joined_rev = rev',
    // Whose account was deleted, and how far what they said is erased. [S29]
    `CREATE TABLE forgotten (
      user TEXT PRIMARY KEY,
      next INTEGER,
      erased INTEGER NOT NULL,
      handed INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
]

/** Whether this object was ever opened. Asks without writing: a stranger's visit leaves no storage. */
export function isOpened(sql: Sql): boolean {
  const hasTable = sql.run("SELECT 1 AS found FROM sqlite_master WHERE name = 'room'").length > 0
  return hasTable && sql.run('SELECT 1 AS found FROM room').length > 0
}

/** Brings the tables to the latest step. Each step is one transaction: a kill half-way repeats it. */
export function migrate(sql: Sql): void {
  sql.run('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY)')
  const [newest] = sql.run<{ number: number | null }>(
    'SELECT max(number) AS number FROM migrations',
  )
  const done = newest?.number ?? 0
  steps.slice(done).forEach((statements, index) => {
    sql.atomically(() => {
      for (const statement of statements) sql.run(statement)
      sql.run('INSERT INTO migrations VALUES (?)', done + index + 1)
    })
  })
}
