// What holds in every room, asked of the rows of an export: a restore brings in nothing else.

import * as v from 'valibot'
import type { MemberRow, MessageRow, Reactions } from '../protocol/changes.ts'
import type { RoomId, UserId } from '../protocol/ids.ts'
import {
  exportClockSkewMs,
  mentionsMax,
  reactionKindsMax,
  reactionsMax,
} from '../protocol/limits.ts'
import { Emoji, isStorable, MessageBody } from '../protocol/text.ts'
import type { ExportRow } from './export-lines.ts'

export interface RestoreTerms {
  readonly roomId: RoomId
  readonly nowMs: number
}

/** Follows the rows of one export in their order. */
export class RestoreRules {
  readonly #terms: RestoreTerms
  readonly #members = new Set<UserId>()
  #owners = 0
  #newestAt = earliestMs

  constructor(terms: RestoreTerms) {
    this.#terms = terms
  }

  /** One who is in, and no other: every line has been asked. */
  get hasOwner(): boolean {
    return this.#owners === 1
  }

  /** What this row may not be, or null. */
  brokenBy(read: ExportRow): string | null {
    switch (read.kind) {
      case 'head':
        return read.head.room.id === this.#terms.roomId ? null : 'this is another room’s export'
      case 'member':
        return this.#brokenByMember(read.row)
      case 'message':
        return this.#brokenByMessage(read.row)
      default:
        return read satisfies never
    }
  }

  #brokenByMember({ userId, name, avatar, role, state, mutedUntil }: MemberRow): string | null {
    if (this.#members.has(userId)) return 'this member is there already'
    this.#members.add(userId)
    if (role === 'owner') this.#owners += 1
    if (role === 'owner' && state !== 'joined') return 'the owner of a room is in it'
    if (!isStorable(name) || !isStorable(avatar ?? '')) return 'a name or picture nobody can have'
    const isMuteSane = mutedUntil === null || (mutedUntil >= earliestMs && mutedUntil <= latestMs)
    return isMuteSane ? null : 'mutedUntil is no time'
  }

  #brokenByMessage(row: MessageRow): string | null {
    const { createdAt, editedAt, deletedAt, replyTo, seq } = row
    const times = [createdAt, editedAt, deletedAt].filter((time) => time !== null)
    if (!times.every((time) => this.#hasBeen(time))) return 'a time that has not been'
    if (createdAt < this.#newestAt) return 'createdAt is before that of the message before'
    this.#newestAt = createdAt
    if (replyTo !== null && (replyTo < 1 || replyTo >= seq)) return 'replyTo is no message before'
    if (row.kind === 'notice') return brokenByNotice(row)
    if (row.notice !== null) return 'a message is no notice'
    if (deletedAt !== null) return saysNothing(row) ? null : 'a deleted message says nothing'
    if (!v.is(MessageBody, row.body)) return 'body is not a message’s'
    const { mentions } = row
    const isRepeated = new Set(mentions).size < mentions.length
    if (mentions.length > mentionsMax || isRepeated) return 'mentions are too many, or repeated'
    return brokenByReactions(row.reactions)
  }

  /** Clocks differ, and one moment cannot. */
  #hasBeen(atMs: number): boolean {
    return atMs >= earliestMs && atMs <= this.#terms.nowMs + exportClockSkewMs
  }
}

function brokenByNotice(row: MessageRow): string | null {
  const { notice, deletedAt, editedAt } = row
  if (notice === null) return 'a notice tells of something'
  if (!saysNothing(row) || deletedAt !== null || editedAt !== null) return 'a notice is no message'
  return notice.event !== 'renamed' || isStorable(notice.name) ? null : 'a name no room can have'
}

function saysNothing({ body, replyTo, mentions, reactions }: MessageRow): boolean {
  const isBare = body === '' && replyTo === null
  return isBare && mentions.length === 0 && Object.keys(reactions).length === 0
}

function brokenByReactions(reactions: Reactions): string | null {
  const kinds = Object.entries(reactions)
  const isEach = kinds.every(
    ([emoji, who]) => v.is(Emoji, emoji) && who.length > 0 && new Set(who).size === who.length,
  )
  if (!isEach) return 'reactions are not what people can set'
  const count = kinds.reduce((sum, [, who]) => sum + who.length, 0)
  const isWithin = kinds.length <= reactionKindsMax && count <= reactionsMax
  return isWithin ? null : 'reactions are too many'
}

/** Before there was any room, and as far as Postgres and people can read a date. */
const earliestMs = Date.UTC(2000)
const latestMs = Date.UTC(9999, 11, 31)
