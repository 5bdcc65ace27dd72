// Invites over HTTP: made by those in a room, shown and accepted by whoever has the link.

import * as v from 'valibot'
import { Person } from '../changes.ts'
import { InviteCode } from '../ids.ts'
import { inviteSecondsMax, inviteSecondsMin, inviteUsesMax } from '../limits.ts'
import { IsoTime } from './moment.ts'
import { Next } from './page.ts'
import { RoomCard } from './rooms.ts'

/** Seconds from now, and how many people: absent means without end. */
export const InviteRequest = v.strictObject({
  expiresIn: v.optional(whole(inviteSecondsMin, inviteSecondsMax)),
  maxUses: v.optional(whole(1, inviteUsesMax)),
})
export type InviteRequest = v.InferOutput<typeof InviteRequest>

export const InvitePath = v.object({ code: InviteCode })

export const Invite = v.object({
  code: InviteCode,
  creator: Person,
  createdAt: IsoTime,
  expiresAt: v.nullable(IsoTime),
  maxUses: v.nullable(v.number()),
  uses: v.number(),
})
export type Invite = v.InferOutput<typeof Invite>

/** Those that still open the room, newest first: all of them to moderators, else one's own. */
export const Invites = v.object({ invites: v.array(Invite), next: Next })
export type Invites = v.InferOutput<typeof Invites>

/** What the link alone tells of the room, private ones included; nothing of who is in it. */
export const InvitePreview = v.omit(RoomCard, ['id', 'role'])
export type InvitePreview = v.InferOutput<typeof InvitePreview>

function whole(least: number, most: number) {
  return v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  )
}
