// What this client holds of a room, and the part of it that a view is shown.

import type { MemberRow, MessageChange, MessageRow, RoomRow } from '../../protocol/changes.ts'
import type { Epoch, Rev, UserId } from '../../protocol/ids.ts'
import { quietMembersMax } from '../../protocol/limits.ts'
import type { RoomModel, You } from './room-store.ts'

/** Never changed in place: what a frame leaves alone stays the same object, so views may compare. */
export interface Held {
  readonly epoch: Epoch
  /** Every change up to here has been applied. */
  readonly rev: Rev
  readonly room: RoomRow
  readonly you: You
  /** In `seq` order, without holes. */
  readonly messages: readonly MessageRow[]
  /** Rows behind a hole: a message that was edited comes in a later page than its neighbours. */
  readonly ahead: ReadonlyMap<number, MessageRow>
  /**
   * Changes of messages above the window, kept while a page of history is on its way: the page may
   * have been read before them, and must not undo them. Null while none is.
   */
  readonly aside: ReadonlyMap<number, MessageChange> | null
  readonly people: RoomModel['people']
  /** Everybody whose row was told, gone ones too: their `rev` guards against older news. */
  readonly roster: ReadonlyMap<UserId, MemberRow>
  readonly members: RoomModel['members']
  /** It was a crowd at some time since the snapshot, so the roster lacks whom it did not tell of. */
  readonly wasCrowd: boolean
  /** What `sync` was last asked for and not yet answered; null when caught up. */
  readonly asked: Rev | null
  readonly resyncs: number
}

/** The model before, where nothing that a view can see has changed. */
export function modelOf(held: Held, before: RoomModel | null = null): RoomModel {
  const { room, you, messages, people, members } = held
  const [atBeginning, membersComplete] = [firstSeq(messages) === 1, !held.wasCrowd]
  const model = { room, you, messages, atBeginning, people, members, membersComplete }
  const isSame =
    before?.room === room &&
    before.you === you &&
    before.messages === messages &&
    before.people === people &&
    before.members === members &&
    before.membersComplete === membersComplete
  return isSame ? before : model
}

/** In a crowd joins and leaves are not told: whoever was in one does not know who is in. [SOK15] */
export const isCrowd = ({ memberCount }: RoomRow): boolean => memberCount > quietMembersMax

/** Of the window; in a room without messages, the one that the first will have. [ORD1] */
export function firstSeq(messages: readonly MessageRow[]): number {
  return messages[0]?.seq ?? 1
}
