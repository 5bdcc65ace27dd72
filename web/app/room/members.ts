// Who is in a room, in the order they are listed. Pure.

import type { Person } from '../../../protocol/changes.ts'
import type { Role } from '../../../protocol/permissions.ts'
import type { RoomModel } from '../../store/room-store.ts'

export interface RoleGroup {
  readonly role: Role
  readonly people: readonly Person[]
}

/** One group for each role that somebody has, each by name. */
export function membersByRole(model: RoomModel, roles: readonly Role[]): RoleGroup[] {
  return roles
    .map((role) => ({
      role,
      people: [...model.members]
        .filter(([, member]) => member.role === role)
        .flatMap(([id]) => model.people.get(id) ?? [])
        .toSorted((one, other) => one.name.localeCompare(other.name)),
    }))
    .filter((group) => group.people.length > 0)
}
