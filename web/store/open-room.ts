// Opens one room: wires its connection, its copy of the messages and its outbox into signals.

import { signal } from '@preact/signals'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import type { Api } from '../client/api.ts'
import type { ConnectionFace, Draft, HistoryState, RoomModel, RoomStore } from './room-store.ts'
import type { Session } from './session.ts'

export interface RoomParts {
  readonly api: Api
  readonly session: Session
  /** Whose room this is: everything kept is kept under their name. */
  readonly userId: UserId
}

export function openRoom(_parts: RoomParts, roomId: RoomId): RoomStore {
  return {
    id: roomId,
    model: signal<RoomModel | null>(null),
    connection: signal<ConnectionFace>({ face: 'connecting' }),
    drafts: signal<readonly Draft[]>([]),
    history: signal<HistoryState>('idle'),
    resyncs: signal(0),
    send: () => undefined,
    retry: () => undefined,
    discard: () => undefined,
    loadOlder: () => Promise.resolve(),
    reconnectNow: () => undefined,
    close: () => undefined,
  }
}
