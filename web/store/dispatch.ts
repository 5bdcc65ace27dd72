// Hands every frame to the part it is for, and what that part asks for to the socket.

import type { MessageChange } from '../../protocol/changes.ts'
import type { CommandOut } from '../../protocol/commands.ts'
import type { Closing, Ok, Refused, ServerFrame } from '../../protocol/frames.ts'
import type { Rev, UserId } from '../../protocol/ids.ts'
import { may } from '../../protocol/permissions.ts'
import type { Standing } from '../client/connection-states.ts'
import type { Host } from '../client/host.ts'
import { firstRef, kindOf } from '../client/refs.ts'
import type { DeedsShell } from './deeds-shell.ts'
import type { OutboxShell } from './outbox-shell.ts'
import type { RoomCopy } from './room-copy.ts'
import type { RoomSigns } from './room-signs.ts'
import type { RoomModel } from './room-store.ts'

export interface DispatchParts {
  readonly userId: UserId
  readonly host: Host
  readonly copy: RoomCopy
  readonly outbox: OutboxShell
  readonly deeds: DeedsShell
  readonly signs: RoomSigns
  readonly send: (command: CommandOut) => boolean
}

export class Dispatch {
  readonly #parts: DispatchParts
  #nextSyncRef: number = firstRef.sync
  #slowModeMs = 0

  constructor(parts: DispatchParts) {
    this.#parts = parts
  }

  /** Says whether pages of a catch-up remain. */
  receive(frame: Exclude<ServerFrame, Closing>): Standing {
    switch (frame.type) {
      case 'welcome':
        this.#parts.outbox.step({ type: 'welcome', resumed: frame.resumed })
        if ((this.#parts.copy.epoch ?? frame.epoch) !== frame.epoch)
          this.#parts.deeds.step({ type: 'anotherLife' })
        this.#parts.copy.welcome(frame)
        this.#parts.signs.welcome(frame)
        break
      case 'changes':
        this.#sync(this.#parts.copy.apply(frame))
        this.#parts.signs.changed(frame.messages, frame.members)
        break
      case 'ok':
        this.#accept(frame)
        break
      case 'refused':
        this.#refuse(frame)
        break
      case 'presence':
        this.#parts.copy.meet(frame.joined)
        this.#parts.signs.receive(frame)
        break
      case 'typing':
      case 'reads':
        this.#parts.signs.receive(frame)
        break
      case 'expiring': // The socket's own matter.
        break
      default:
        frame satisfies never
    }
    return this.#parts.copy.standing
  }

  /** Called in the batch that shows the rows. */
  shown({ room, you }: RoomModel, rows: readonly MessageChange[]): void {
    const isExempt = may(you.role, 'skipSlowMode')
    const ms = isExempt ? 0 : room.settings.slowModeSeconds * 1_000
    if (ms !== this.#slowModeMs) this.#parts.outbox.step({ type: 'slowMode', ms })
    this.#slowModeMs = ms
    this.#settle(rows)
  }

  /** As `shown`, for what became safe after its row was shown. */
  settle(): void {
    this.#settle([])
  }

  #accept({ ref, rev }: Ok): void {
    if (rev === undefined) return // Of a new token.
    if (kindOf(ref) === 'deed') this.#parts.deeds.step({ type: 'ok', ref, rev })
    else this.#parts.outbox.step({ type: 'ok', ref, rev })
    this.settle()
  }

  #sync(after: Rev | null): void {
    if (after !== null) this.#parts.send({ type: 'sync', ref: this.#nextSyncRef++, after })
  }

  #refuse({ ref, code, retryAfterMs }: Refused): void {
    const kind = ref === null ? null : kindOf(ref)
    if (ref === null || kind === null) return this.#parts.signs.refused(retryAfterMs)
    switch (kind) {
      case 'send':
        return this.#parts.outbox.step({ type: 'refused', ref, code, retryAfterMs })
      case 'deed':
        return this.#parts.deeds.step({ type: 'refused', ref, code, retryAfterMs })
      case 'sync':
        return this.#syncLater(retryAfterMs)
      case 'auth':
        return
      default:
        return kind satisfies never
    }
  }

  #syncLater(waitMs: number | undefined): void {
    if (waitMs !== undefined)
      this.#parts.host.later(() => this.#sync(this.#parts.copy.asked), waitMs)
  }

  /** Drafts whose rows are in sight now. An `ok` may have come before its row or after. [SOK6] */
  #settle(rows: readonly MessageChange[]): void {
    const { rev } = this.#parts.copy
    if (rev === null) return
    this.#parts.deeds.step({ type: 'shown', rev })
    if (this.#parts.outbox.entries.length === 0) return
    const mine = rows.filter(({ authorId }) => authorId === this.#parts.userId)
    this.#parts.outbox.step({
      type: 'arrived',
      ids: new Set(mine.flatMap(({ id }) => id ?? [])),
      rev,
    })
  }
}
