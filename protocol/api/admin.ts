// What those who run Parley see over HTTP; to everybody else there is nothing here.

import * as v from 'valibot'
import { Visibility } from '../changes.ts'
import { Rev, RoomId, UserId } from '../ids.ts'
import { IsoTime } from './moment.ts'
import { Limit, Next, PageCursor } from './page.ts'

/** What is written down: who may do what, who got in and out, and what left as a whole. [S28] */
export const AuditKind = v.picklist([
  'registered',
  'signedIn',
  'signInFailed',
  'signedOut',
  'signInsEnded',
  'tokenReused',
  'passwordChanged',
  'emailChanged',
  'usernameChanged',
  'profileChanged',
  'globalRoleChanged',
  'suspended',
  'unsuspended',
  'accountExported',
  'deletionBegun',
  'deletionEnded',
  'roomCreated',
  'roleChanged',
  'memberMuted',
  'memberRemoved',
  'memberBanned',
  'memberUnbanned',
  'inviteMade',
  'inviteRevoked',
  'botMade',
  'botRevoked',
  'webhookMade',
  'webhookChanged',
  'webhookRemoved',
  'webhookSecretRenewed',
  'webhookPaused',
  'roomExported',
  'roomRestored',
  'epochRenewed',
  'roomDeleted',
  'rowParked',
])
export type AuditKind = v.InferOutput<typeof AuditKind>

export const AuditQuery = v.strictObject({
  room: v.optional(RoomId),
  kind: v.optional(AuditKind),
  actor: v.optional(UserId),
  subject: v.optional(UserId),
  cursor: PageCursor,
  limit: Limit,
})

/** `actorId` is null for what Parley did by itself; `subjectId` is whom it was done to. */
export const AuditRecord = v.object({
  id: v.string(),
  at: IsoTime,
  kind: AuditKind,
  actorId: v.nullable(UserId),
  roomId: v.nullable(RoomId),
  subjectId: v.nullable(UserId),
  /** The `X-Request-Id` of the answer to what was asked; null for what no request did. */
  requestId: v.nullable(v.string()),
  /** About where whoever asked was. */
  place: v.nullable(v.string()),
  detail: v.record(v.string(), v.unknown()),
})
export type AuditRecord = v.InferOutput<typeof AuditRecord>

/** Newest first. */
export const AuditPage = v.object({ records: v.array(AuditRecord), next: Next })
export type AuditPage = v.InferOutput<typeof AuditPage>

export const AdminRoom = v.object({
  id: RoomId,
  name: v.string(),
  visibility: Visibility,
  ownerId: UserId,
  memberCount: v.number(),
  createdAt: IsoTime,
  lastActiveAt: IsoTime,
  /** Being deleted since then. */
  deletedAt: v.nullable(IsoTime),
})
export type AdminRoom = v.InferOutput<typeof AdminRoom>

/** By id, which is by age. */
export const AdminRooms = v.object({ rooms: v.array(AdminRoom), next: Next })
export type AdminRooms = v.InferOutput<typeof AdminRooms>

export const MirrorState = v.object({
  rev: Rev,
  archived: Rev,
  failures: v.number(),
  parked: v.number(),
  behindMs: v.number(),
})

/** What each room itself says of its mirror; null where it could not be asked. */
export const MirrorPage = v.object({
  rooms: v.array(v.object({ id: RoomId, state: v.nullable(MirrorState) })),
  next: Next,
})
export type MirrorPage = v.InferOutput<typeof MirrorPage>
