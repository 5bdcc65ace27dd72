// Who is here and who types: told as it is, kept nowhere, and begun anew with every welcome. Pure.

import type { Presence as PresenceFrame, TypingFrame, Welcome } from '../../protocol/frames.ts'
import type { UserId } from '../../protocol/ids.ts'
import { presenceNamesMax, typingExpiresMs } from '../../protocol/limits.ts'
import type { Presence } from './room-store.ts'

export interface Company {
  readonly presence: Presence | null
  /** When each is forgotten to be typing. [SOK10] */
  readonly typing: ReadonlyMap<UserId, number>
}

export const nobody: Company = { presence: null, typing: new Map() }

export function greeted({ online, onlineCount }: Welcome): Company {
  const named = onlineCount > presenceNamesMax ? null : new Set(online)
  return { presence: { online: named, count: onlineCount }, typing: new Map() }
}

/** Once they were too many to be named, only the names of all of them make a list again. [SOK9] */
export function counted(now: Company, { joined, left, onlineCount }: PresenceFrame): Company {
  const count = onlineCount
  const isEverybody = joined.length === count
  const before = isEverybody ? new Set<UserId>() : now.presence?.online
  if (!before || count > presenceNamesMax) {
    return { ...withoutTyping(now, left), presence: { online: null, count } }
  }
  const online = new Set([...before, ...joined.map(({ id }) => id)])
  for (const userId of left) online.delete(userId)
  return { ...withoutTyping(now, left), presence: { online, count } }
}

/** Members who are no longer in the room are not here either, whatever was last told of them. */
export function parted(now: Company, gone: readonly UserId[]): Company {
  const after = withoutTyping(now, gone)
  const { presence } = now
  if (!presence?.online || !gone.some((userId) => presence.online?.has(userId))) return after
  const online = new Set([...presence.online].filter((userId) => !gone.includes(userId)))
  return {
    ...after,
    presence: { online, count: presence.count - presence.online.size + online.size },
  }
}

export function typed(now: Company, { userId, on }: TypingFrame, nowMs: number): Company {
  if (!on) return withoutTyping(now, [userId])
  // Set anew it keeps its place: whoever began first is named first.
  return { ...now, typing: new Map(now.typing).set(userId, nowMs + typingExpiresMs) }
}

/** Who has said it types no more. The same object where nobody did, so that nothing is drawn anew. */
export function withoutTyping(now: Company, ids: readonly UserId[]): Company {
  if (!ids.some((userId) => now.typing.has(userId))) return now
  const typing = new Map(now.typing)
  for (const userId of ids) typing.delete(userId)
  return { ...now, typing }
}

export function withoutExpired(now: Company, nowMs: number): Company {
  return withoutTyping(
    now,
    [...now.typing].flatMap(([userId, untilMs]) => (untilMs <= nowMs ? [userId] : [])),
  )
}

/** When the next of them is forgotten; null while nobody types. */
export function expiresAtMs({ typing }: Company): number | null {
  return typing.size === 0 ? null : Math.min(...typing.values())
}
