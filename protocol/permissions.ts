// Who may do what in a room: the one table. The room enforces it, the app hides what it forbids.

import * as v from 'valibot'

export const Role = v.picklist(['guest', 'member', 'moderator', 'owner'])
export type Role = v.InferOutput<typeof Role>

const leastRole = {
  read: 'guest',
  send: 'guest',
  listMembers: 'guest',
  changeRoom: 'moderator',
  deleteRoom: 'owner',
} as const satisfies Record<string, Role>

export type Action = keyof typeof leastRole

/** Whether `role` may do `action`. Somebody who is not in the room has no role and may do nothing. */
export function may(role: Role | null, action: Action): boolean {
  return role !== null && rank(role) >= rank(leastRole[action])
}

const rank = (role: Role): number => Role.options.indexOf(role)
