// One member in a list, leading to their profile.

import type { Person } from '../../../protocol/changes.ts'
import { words } from '../../i18n/words.ts'
import { Avatar } from '../../view/avatar.tsx'

interface Props {
  readonly person: Person
  readonly you: boolean
  readonly online?: boolean
}

export function PersonRow({ person, you, online = false }: Props) {
  return (
    <li>
      <a class="person" href={`/users/${person.id}`}>
        <span class="person-face" data-online={online || undefined}>
          <Avatar id={person.id} name={person.name} size="small" />
        </span>
        <bdi class="ellipsis">{person.name}</bdi>
        {online && <span class="visually-hidden">{words().room.isOnline}</span>}
        {you && <span class="badge">{words().room.you}</span>}
      </a>
    </li>
  )
}
