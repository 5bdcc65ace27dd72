// Ids for tests: made by the same library as the real ones, or told apart by a number.

import { uuidv7 } from 'uuidv7'
import type { Epoch, MessageId, Rev, RoomId, Seq, SessionId, UserId } from '../../protocol/ids.ts'

export const newMessageId = () => uuidv7() as MessageId
export const newUserId = () => uuidv7() as UserId
export const newRoomId = () => uuidv7() as RoomId
export const newSessionId = () => uuidv7() as SessionId
export const newEpoch = () => uuidv7() as Epoch

export const userId = (n: number) => numbered(n) as UserId
export const messageId = (n: number) => numbered(n) as MessageId
export const roomId = (n: number) => numbered(n) as RoomId
export const seq = (n: number) => n as Seq
export const rev = (n: number) => n as Rev

function numbered(n: number): string {
  return `01990000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}
