// The room's own tables, as numbered steps. A step is never edited once released, only followed.

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
]

/** The tables' columns under the names of the contract's rows, for every SELECT of one. */
export const columns = {
  room: 'id, rev, name, topic, visibility, member_count AS memberCount',
  message: `seq, coalesce(altered, rev) AS rev, id, author AS authorId, kind, body,
    created_at AS createdAt, edited_at AS editedAt, deleted_at AS deletedAt`,
  member: 'user AS userId, rev, name, avatar, role, state',
} as const

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
