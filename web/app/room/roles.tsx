// Members by role, with a sign for who is here.

import type { UserId } from '../../../protocol/ids.ts'
import { words } from '../../i18n/words.ts'
import type { RoleGroup } from './members.ts'
import { PersonRow } from './person-row.tsx'

interface Props {
  readonly groups: readonly RoleGroup[]
  /** Everybody is listed, so that their number means something. */
  readonly isExact?: boolean
  readonly own: UserId
  readonly online: ReadonlySet<UserId>
}

export function Roles({ groups, isExact = false, own, online }: Props) {
  return groups.map(({ role, people }) => (
    <section key={role}>
      <h3 class="sidebar-title">
        {words().room.roleGroups[role]}
        {isExact && ` · ${people.length}`}
      </h3>
      <ul>
        {people.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            you={person.id === own}
            online={online.has(person.id)}
          />
        ))}
      </ul>
    </section>
  ))
}
