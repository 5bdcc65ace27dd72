// What becomes of bots when a room is put back: who acts in a room is decided now, not by an old export.

import type { MemberRow } from '../protocol/changes.ts'
import type { Rev, UserId } from '../protocol/ids.ts'
import type { Role } from '../protocol/permissions.ts'

/** A bot as the room has it: `rights` is the JSON of its row. */
export interface KnownBot {
  readonly userId: UserId
  readonly rev: Rev
  readonly name: string
  readonly role: Role
  readonly state: MemberRow['state']
  readonly rights: string
}

/** A member's row with what a bot's holds beside it; null for people. */
export type RestoredMember = MemberRow & { readonly rights: string | null }

/**
 * Those that are in stay in, with their rights; of any other bot the export tells that it was there, and
 * no more: one that was revoked does not come back.
 */
export function withBots(
  restored: readonly MemberRow[],
  known: readonly KnownBot[],
): readonly RestoredMember[] {
  const bots = new Map(known.map((bot) => [bot.userId, bot]))
  const members = restored.map((row) => {
    const bot = bots.get(row.userId)
    bots.delete(row.userId)
    return bot || row.isBot ? asBot(row, bot) : { ...row, rights: null }
  })
  const unheardOf = [...bots.values()].filter(({ state }) => state === 'joined')
  return [...members, ...unheardOf.map((bot) => asBot(rowOf(bot), bot))]
}

function asBot(row: MemberRow, bot: KnownBot | undefined): RestoredMember {
  if (bot?.state === 'joined') return { ...row, ...bot }
  const state = row.state === 'joined' ? 'left' : row.state
  return { ...row, role: 'member', state, rights: noRights }
}

const noRights = '[]'

function rowOf({ userId, rev, name, role, state }: KnownBot): MemberRow {
  return { userId, rev, name, avatar: null, role, state, mutedUntil: null, isBot: true }
}
