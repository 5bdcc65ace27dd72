// An account, deleted: what is asked, and the report that anybody may read who was given its code.

import * as v from 'valibot'
import { DeletionCode } from '../ids.ts'
import { ShownPassword } from './accounts.ts'
import { IsoTime } from './moment.ts'

/** What becomes of what they said: tombstones, or texts whose author has no name. */
export const SaidFate = v.picklist(['erase', 'keep'])
export type SaidFate = v.InferOutput<typeof SaidFate>

/** One's own account. */
export const DeleteMeRequest = v.strictObject({ password: ShownPassword, messages: SaidFate })
export type DeleteMeRequest = v.InferOutput<typeof DeleteMeRequest>

/** Somebody else's, by those who run Parley. */
export const DeleteUserRequest = v.strictObject({ messages: SaidFate })

export const DeletionPath = v.object({ code: DeletionCode })

/** The account is gone; its rooms are being visited. `report` is where to read how that goes. */
export const DeletionBegun = v.object({ code: DeletionCode, report: v.string() })
export type DeletionBegun = v.InferOutput<typeof DeletionBegun>

export const DeletionReport = v.object({
  state: v.picklist(['running', 'ended']),
  messages: SaidFate,
  rooms: v.object({
    total: v.number(),
    visited: v.number(),
    /** Went to another member. */
    handedOver: v.number(),
    /** Nobody else was in. */
    deleted: v.number(),
  }),
  messagesErased: v.number(),
  beganAt: IsoTime,
  endedAt: v.nullable(IsoTime),
})
export type DeletionReport = v.InferOutput<typeof DeletionReport>
