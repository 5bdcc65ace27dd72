// A public room as anyone may see it, and the way in. [APP6]

import type { RoomCard as Card } from '../../protocol/api/rooms.ts'
import { words } from '../i18n/words.ts'
import { Icon } from '../view/icon.tsx'
import { JoinButton } from './join-button.tsx'

export function RoomCard({ room }: { room: Card }) {
  const text = words().directory
  return (
    <li class="card">
      <div class="card-lines">
        <p class="card-name">
          <bdi class="ellipsis">{room.name}</bdi>
          <span class="badge">{text.members(room.memberCount)}</span>
        </p>
        <p class="card-topic">
          <bdi>{room.topic || text.noTopic}</bdi>
        </p>
      </div>
      {room.role === null ? (
        <JoinButton room={room} label={text.join} />
      ) : (
        <a
          class="button card-way"
          href={`/rooms/${room.id}`}
          aria-label={`${text.joined} ${room.name}`}
        >
          <Icon name="check" small />
          {text.joined}
        </a>
      )}
    </li>
  )
}
