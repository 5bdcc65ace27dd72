// Whether somebody may do something here, now: their sign-in, their role, their sanctions. [SOK13]

import { type Refusal, refusal } from '../protocol/failures.ts'
import type { UserId } from '../protocol/ids.ts'
import { type Action, isAtLeast, may, type Role } from '../protocol/permissions.ts'
import type { EndedSignIns } from './ended-sign-ins.ts'
import type { Ledger } from './ledger.ts'
import type { Members, Standing } from './members.ts'
import type { Asker } from './room-calls.ts'

/** Somebody in the room who may do what they asked for. */
export type Permitted =
  | { readonly ok: true; readonly standing: Standing }
  | { readonly ok: false; readonly refusal: Refusal }

export class Rights {
  readonly #ledger: Ledger
  readonly #members: Members
  readonly #ended: EndedSignIns

  constructor(parts: { ledger: Ledger; members: Members; ended: EndedSignIns }) {
    this.#ledger = parts.ledger
    this.#members = parts.members
    this.#ended = parts.ended
  }

  /** Read from the rows at every question: what was just changed holds for the very next frame. */
  permit(caller: Asker | null, action: Action): Permitted {
    if (this.hasEnded(caller)) return { ok: false, refusal: refusal('unauthenticated') }
    const standing = caller && this.#members.standing(caller.userId)
    if (standing && allows(standing, action)) return { ok: true, standing }
    return { ok: false, refusal: this.#denial(standing?.role ?? null) }
  }

  /** As `permit`, for what the muted may not do. */
  permitWriting(caller: Asker, action: Action, now: number): Permitted {
    const permitted = this.permit(caller, action)
    const muted = permitted.ok ? mutedNow(permitted.standing, now) : null
    return muted ? { ok: false, refusal: muted } : permitted
  }

  /** Why not, or null. */
  forbids(caller: Asker | null, action: Action): Refusal | null {
    const permitted = this.permit(caller, action)
    return permitted.ok ? null : permitted.refusal
  }

  /** Inviting is a member's where the settings say so. */
  forbidsInviting(caller: Asker): Refusal | null {
    const permitted = this.permit(caller, 'invite')
    if (!permitted.ok) return permitted.refusal
    const { invitesBy } = this.#ledger.room.settings
    return isAtLeast(permitted.standing.role, invitesBy) ? null : refusal('forbidden')
  }

  hasEnded(caller: Asker | null): boolean {
    return caller !== null && this.#ended.has(caller.sessionId)
  }

  roleOf(userId: UserId | null): Role | null {
    return this.#members.roleOf(userId)
  }

  /** A stranger to a private room learns nothing, not even that it exists. */
  #denial(role: Role | null): Refusal {
    return refusal(!role && this.#ledger.room.visibility === 'private' ? 'notFound' : 'forbidden')
  }
}

/** A bot has its role's rights only where it was made for them. */
export function allows({ role, rights }: Standing, action: Action): boolean {
  return may(role, action) && (rights === null || rights.includes(action))
}

/** Silence never binds an owner, whoever laid it on them before they were one. */
export function mutedNow({ role, mutedUntil }: Standing, now: number): Refusal | null {
  if (role === 'owner') return null
  return mutedUntil !== null && mutedUntil > now ? refusal('muted') : null
}
