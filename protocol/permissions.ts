// Who may do what in a room: the one table. The room enforces it, the app hides what it forbids.

import * as v from 'valibot'

export const Role = v.picklist(['guest', 'member', 'moderator', 'owner'])
export type Role = v.InferOutput<typeof Role>

const leastRole = {
  read: 'guest',
  send: 'guest',
  listMembers: 'guest',
  markRead: 'guest',
  type: 'guest',
  editOwn: 'member',
  deleteOwn: 'member',
  react: 'member',
  /** Where the room's settings let members do it; else a moderator's. */
  invite: 'member',
  deleteAny: 'moderator',
  skipSlowMode: 'moderator',
  changeRoom: 'moderator',
  mute: 'moderator',
  remove: 'moderator',
  ban: 'moderator',
  listBans: 'moderator',
  changeRole: 'owner',
  manageBots: 'owner',
  manageWebhooks: 'owner',
  exportRoom: 'owner',
  deleteRoom: 'owner',
} as const satisfies Record<string, Role>

export type Action = keyof typeof leastRole

/** Every action, for whoever must not miss one. */
export const actions = Object.keys(leastRole) as Action[]

/** Whether `role` may do `action`. Somebody who is not in the room has no role and may do nothing. */
export function may(role: Role | null, action: Action): boolean {
  return isAtLeast(role, leastRole[action])
}

export function isAtLeast(role: Role | null, least: Role): boolean {
  return role !== null && rank(role) >= rank(least)
}

/** What one member may do to another, they may do only to a lesser one. */
export function outranks(role: Role | null, other: Role): boolean {
  return role !== null && rank(role) > rank(other)
}

/**
 * What a bot may be made for: nothing above a moderator's, and nothing that is written down elsewhere in a
 * person's name, as invitations and the directory are.
 */
export const BotRight = v.picklist([
  ...['read', 'send', 'listMembers', 'markRead', 'type'],
  ...['editOwn', 'deleteOwn', 'react'],
  ...['deleteAny', 'skipSlowMode', 'mute', 'remove', 'ban', 'listBans'],
] as const satisfies readonly Action[])
export type BotRight = v.InferOutput<typeof BotRight>

/** Each once, in the order of the table, with what they are nothing without. */
export function completed(rights: readonly BotRight[]): readonly BotRight[] {
  const isMeant = (right: BotRight) =>
    rights.includes(right) || (right === 'deleteOwn' && rights.includes('deleteAny'))
  return BotRight.options.filter(isMeant)
}

/** What a bot counts as among the members: the least role that has all of its rights, but no guest. */
export function roleOfBot(rights: readonly Action[]): Role {
  return rights.every((right) => may('member', right)) ? 'member' : 'moderator'
}

const rank = (role: Role): number => Role.options.indexOf(role)
