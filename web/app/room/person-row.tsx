// One member in a list, leading to their profile.

import type { Person } from '../../../protocol/changes.ts'
import { words } from '../../i18n/words.ts'
import { Avatar } from '../../view/avatar.tsx'

export function PersonRow({ person, you }: { person: Person; you: boolean }) {
  return (
    <li>
      <a class="person" href={`/users/${person.id}`}>
        <Avatar id={person.id} name={person.name} size="small" />
        <bdi class="ellipsis">{person.name}</bdi>
        {you && <span class="badge">{words().room.you}</span>}
      </a>
    </li>
  )
}
