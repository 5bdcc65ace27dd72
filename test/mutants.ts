// Rooms that are wrong on purpose, one way each: a check that lets one of them pass is no check. [R2]

import type { Mirror } from '../durable/mirroring.ts'
import type { Page } from '../durable/page.ts'
import type { SqlValue } from '../durable/sql.ts'
import type { Variant } from './simulation/variant.ts'

export interface Mutant {
  readonly name: string
  readonly variant: Variant
  /** Statements that it put in the place of others: one that was never met makes no mutant. */
  readonly rewritten: () => boolean
}

type Swap = readonly [from: string, to: string]

function rewriting(
  name: string,
  swaps: readonly Swap[],
  drop?: (query: string) => boolean,
): Mutant {
  const met = new Set<Swap>()
  const rewrite: NonNullable<Variant['rewrite']> = (query, values) => {
    const given = drop?.(query) ? values.slice(1) : values
    const text = swaps.reduce((before, swap) => {
      const after = before.replace(swap[0], swap[1])
      if (after !== before) met.add(swap)
      return after
    }, query)
    return [text, given satisfies SqlValue[]]
  }
  return { name, variant: { rewrite }, rewritten: () => met.size === swaps.length }
}

function varying(name: string, variant: Variant): Mutant {
  return { name, variant, rewritten: () => true }
}

const ignoring =
  'INSERT OR IGNORE INTO messages (rev, id, author, kind, body, reply_to, mentions, created'

const isSend = (frame: string) => frame.startsWith('{"type":"send"')

/** Entry of an earlier version: no news to any room. */
const noNews = { name: '', topic: '', visibility: 'public', version: 0 } as const

export const mutants: readonly Mutant[] = [
  varying('replies a turn before it writes', { leavesEarly: ({ type }) => type === 'ok' }),
  varying('tells a turn before it writes', { leavesEarly: () => true }),
  varying('replies without writing', {
    receives: ({ world, frame, hand, say }) => {
      if (!isSend(frame) || world.random() > 0.02) return hand()
      say({ type: 'ok', ref: JSON.parse(frame).ref, seq: 1, rev: 1, at: world.nowMs })
    },
  }),
  varying('awaits something before it takes the seq', {
    receives: ({ world, frame, hand }) => {
      if (isSend(frame)) world.later(hand, world.between(0, 40))
      else hand()
    },
  }),
  rewriting('does not know an id again', [
    ['CREATE UNIQUE INDEX messages_by_author', 'CREATE INDEX messages_by_author'],
    ['ON CONFLICT (author, id) DO NOTHING', ''],
    ['FROM messages WHERE author = ? AND id = ?', '$& AND 0'],
  ]),
  rewriting('keeps its counter in memory and on disk only now and then', [
    [
      'coalesce((SELECT rev FROM messages ORDER BY seq DESC LIMIT 1), 0)',
      '(SELECT archived FROM mirror)',
    ],
  ]),
  rewriting(
    'lets AUTOINCREMENT number what OR IGNORE leaves out',
    [
      [
        'messages (\n      seq INTEGER PRIMARY KEY',
        'messages (\n seq INTEGER PRIMARY KEY AUTOINCREMENT',
      ],
      [
        'INSERT INTO messages (seq, rev, id, author, kind, body, reply_to, mentions, created',
        ignoring,
      ],
      ["VALUES (?, ?, ?, ?, 'message'", "VALUES (?, ?, ?, 'message'"],
      ['ON CONFLICT (author, id) DO NOTHING', ''],
    ],
    (query) => query.includes("'message', ?") && query.startsWith('INSERT INTO messages'),
  ),
  rewriting('does not stamp members', [
    ['UPDATE members SET rev = ?, role = ?', 'UPDATE members SET rev = rev + 0 * ?, role = ?'],
  ]),
  rewriting('reads changes from one too late', [
    ['altered >= ? AND (alt', 'altered >= 2 + ? AND (alt'],
  ]),
  varying('cuts a page inside a rev', {
    changesSince: (real) => (after, who, limits) => cutInside(real(after, who, limits)),
  }),
  rewriting('overwrites a mark', [['AND read_seq < ?', 'AND read_seq <> ?']]),
  varying('moves the cursor before Postgres has confirmed', {
    mirror: (real): Mirror => ({
      ...real,
      write: async (batch) => {
        real.write(batch).catch(() => undefined)
        return noNews
      },
    }),
  }),
  varying('upserts without a guard', { isMirrorGuarded: false }),
]

const rowsMax = 3

function cutInside(page: Page): Page {
  const { messages, members, room } = page.rows
  const all = [...messages, ...members, ...(room ? [room] : [])].map(({ rev }) => rev)
  const revs = all.sort((one, other) => one - other).slice(0, rowsMax)
  const last = revs.at(-1)
  if (last === undefined || all.length <= rowsMax) return page
  let left = rowsMax
  const take = <Row extends { rev: number }>(rows: readonly Row[]) =>
    rows.filter(({ rev }) => rev <= last && left-- > 0)
  const rows = { messages: take(messages), members: take(members), room: null }
  return {
    ...page,
    rows: { ...rows, room: room && take([room])[0] ? room : null },
    to: last,
    more: true,
  }
}
