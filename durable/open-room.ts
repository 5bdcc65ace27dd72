// Puts an opened room together from its parts. Knows no platform, so a simulation can be one.

import type { MessageId } from '../protocol/ids.ts'
import { signsBurst, signsPerSecond } from '../protocol/limits.ts'
import { Agenda, type SetAlarm } from './agenda.ts'
import { Archive } from './archive.ts'
import { Audience } from './audience.ts'
import { Bots } from './bots.ts'
import { Broadcaster, type Pace } from './broadcaster.ts'
import { type Allowance, Budgets, unbounded } from './budgets.ts'
import { Deliveries, type Outside } from './deliveries.ts'
import { EndedSignIns } from './ended-sign-ins.ts'
import { Forgetting } from './forgetting.ts'
import { Inbox } from './inbox.ts'
import { KeptOut } from './kept-out.ts'
import { type Change, Ledger } from './ledger.ts'
import { Members } from './members.ts'
import { Messages } from './messages.ts'
import { type Mirror, Mirroring } from './mirroring.ts'
import { People } from './people.ts'
import { Presence } from './presence.ts'
import { ReadMarks } from './read-marks.ts'
import { Reader } from './reader.ts'
import { Reception } from './reception.ts'
import { Rights } from './rights.ts'
import { Room } from './room.ts'
import { Search } from './search.ts'
import { SearchBacklog } from './search-backlog.ts'
import { SearchIndex } from './search-index.ts'
import { Signs } from './signs.ts'
import type { Sql } from './sql.ts'
import type { Counts } from './tally.ts'
import { WebhookRows } from './webhook-rows.ts'
import { Webhooks } from './webhooks.ts'

/** Everything a room takes from outside. */
export interface World {
  readonly sql: Sql
  readonly pace: Pace
  readonly random: () => number
  readonly mintId: () => MessageId
  readonly setAlarm: SetAlarm
  /** What the room's storage takes. */
  readonly storageBytes: () => number
  readonly mirror: Mirror
  /** How receivers are called. [S24] */
  readonly outside: Outside
  /** What operators are told of. */
  readonly counts: Counts
  readonly mirrorFailed: (error: unknown, failures: number) => void
  readonly allowances: {
    readonly member: Allowance
    readonly room: Allowance
  }
}

export type OpenRoom = ReturnType<typeof assemble>

/** Over tables that `Ledger.open` has filled. */
export function assemble(world: World) {
  const { sql, pace, storageBytes, counts } = world
  const clock = pace
  const ledger = new Ledger(sql)
  const index = new SearchIndex(sql)
  const backlog = new SearchBacklog(sql, index)
  const messages = new Messages({ sql, ledger, search: backlog, mintId: world.mintId })
  const members = new Members({ sql, ledger, messages })
  const marks = new ReadMarks(sql, ledger)
  const reader = new Reader(sql, ledger, members)
  const search = new Search({ sql, ledger, messages, reader, index, backlog })
  const ended = new EndedSignIns(sql)
  const rights = new Rights({ ledger, members, ended })
  const agenda = new Agenda(sql, world.setAlarm)
  agenda.rearm()
  const audience = new Audience()
  const keptOut = new KeptOut(sql)
  const { member, room: whole } = world.allowances
  const hit = (budget: string) => counts.add('limits', { budget })
  const budgets = new Budgets(member, whole, keptOut, (verdict) => hit(budgetOf[verdict]))
  const signsAllowance = { burst: signsBurst, perSecond: signsPerSecond }
  const signsBudget = new Budgets(signsAllowance, unbounded, keptOut, (verdict) =>
    hit(verdict === 'wait' ? 'signs' : budgetOf[verdict]),
  )
  const broadcaster = new Broadcaster({
    ...{ pace, audience, cut: (session) => reception.cut(session) },
    areReadsPublic: () => marks.arePublic,
    counts,
  })
  const tell = (change: Change) => {
    if (change.gone) reception.turnOut(change.gone) // First, or they would be told of it. [SOK13]
    broadcaster.tell(change)
    for (const { userId, state } of change.members ?? []) {
      if (state === 'joined') broadcaster.tellNews((news) => news.read(userId, marks.of(userId)))
    }
    if (change.gone) presence.vanished(change.gone)
    archive.noteChange()
    deliveries.noteChange()
    backlog.keepUp(ledger.seq)
  }
  const people = new People({
    ...{ ledger, members, messages, reader, rights, budgets, tell, clock },
  })
  const bots = new Bots({ members, rights, budgets, tell, clock })
  const room = new Room({
    ...{ ledger, messages, members, reader, search, rights, budgets },
    ...{ tell, storageBytes, clock, counts },
  })
  const mirror = world.mirror
  const mirroring = new Mirroring({
    ...{ sql, ledger, reader, messages, members, marks, mirror, clock },
  })
  const archive = new Archive({
    ...{ sql, ledger, mirroring, agenda },
    world: {
      ...{ clock, counts, random: world.random, failed: world.mirrorFailed },
      directorySaid: (entry) => {
        people.adopt(entry, null)
        for (const { userId, erases } of entry.gone ?? []) forgetting.begin(userId, erases)
      },
    },
  })
  const hooks = new WebhookRows(sql)
  const { random, mintId, outside } = world
  const deliveries = new Deliveries({
    ...{ rows: hooks, ledger, reader, members, agenda, clock, random, mintId, outside, counts },
  })
  const wake = () => deliveries.noteChange()
  const webhooks = new Webhooks({ rows: hooks, ledger, rights, budgets, clock, wake })
  const forgetting = new Forgetting({ sql, ledger, members, messages, agenda, tell, clock })
  const noteMark = () => archive.noteChange()
  const signs = new Signs({ rights, marks, broadcaster, budget: signsBudget, clock, noteMark })
  const presence = new Presence({ sql, audience, members, broadcaster, agenda, clock })
  const watchExpiry = (atMs: number) => agenda.arm('expiry', atMs)
  const reception = new Reception({
    ...{ ledger, members, marks, reader, rights, people, room, presence, audience },
    ...{ clock, counts, watchExpiry },
    shutMs: (userId) => budgets.shutMs(userId, clock.now()),
  })
  const inbox = new Inbox({ room, signs, rights, reception, audience, clock, counts })
  const sweep = () => {
    const now = clock.now()
    for (const spent of [budgets, signsBudget]) spent.sweep(now)
    for (const kept of [keptOut, ended]) kept.sweep(now)
  }
  /** What is under way touches the rows no more. */
  const stop = () => {
    archive.stop()
    deliveries.stop()
  }
  return {
    ...{ ledger, broadcaster, room, people, signs, reception, presence, inbox, reader, backlog },
    ...{ bots, webhooks, deliveries, rights, marks, messages, members, ended, agenda, archive },
    ...{ forgetting, sweep, stop },
  }
}

/** Whose budget somebody met: their own, everybody's together, or the patience with who floods. */
const budgetOf = { wait: 'commands', shed: 'room', flood: 'flood' } as const
