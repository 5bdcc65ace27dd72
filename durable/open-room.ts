// Puts an opened room together from its parts. Knows no platform, so a simulation can be one.

import { Agenda, type SetAlarm } from './agenda.ts'
import { Archive, type Mirror } from './archive.ts'
import { Audience } from './audience.ts'
import { Broadcaster, type Pace } from './broadcaster.ts'
import { type Allowance, Budgets } from './budgets.ts'
import { EndedSignIns } from './ended-sign-ins.ts'
import { type Change, Ledger } from './ledger.ts'
import { Reader } from './reader.ts'
import { Reception } from './reception.ts'
import { Room } from './room.ts'
import type { DirectoryEntry } from './room-calls.ts'
import type { Sql } from './sql.ts'

/** Everything a room takes from outside. */
export interface World {
  readonly sql: Sql
  readonly pace: Pace
  readonly random: () => number
  readonly setAlarm: SetAlarm
  readonly mirror: Mirror
  readonly mirrorFailed: (error: unknown, failures: number) => void
  readonly allowance: Allowance
}

export interface OpenRoom {
  readonly ledger: Ledger
  readonly room: Room
  readonly reception: Reception
  readonly budgets: Budgets
  readonly ended: EndedSignIns
  readonly agenda: Agenda
  readonly archive: Archive
}

/** Over tables that `Ledger.open` has filled. */
export function assemble(world: World): OpenRoom {
  const { sql, pace } = world
  const audience = new Audience()
  const budgets = new Budgets(world.allowance)
  const ledger = new Ledger(sql)
  const reader = new Reader(sql, ledger)
  const ended = new EndedSignIns(sql)
  const agenda = new Agenda(sql, world.setAlarm)
  const { random, mirror, mirrorFailed: failed } = world
  const directorySaid = (entry: DirectoryEntry) => room.adopt(entry)
  const archiveWorld = { clock: pace, random, mirror, directorySaid, failed }
  const archive = new Archive({ sql, ledger, reader, agenda, world: archiveWorld })
  const broadcaster = new Broadcaster({ pace, audience, cut: (session) => reception.cut(session) })
  const tell = (change: Change) => {
    broadcaster.tell(change)
    archive.noteChange()
  }
  const room = new Room({ ledger, reader, tell, budgets, ended, clock: pace })
  const reception = new Reception({ ledger, reader, room, audience, clock: pace })
  return { ledger, room, reception, budgets, ended, agenda, archive }
}
