// Which room this is, and the way to what else there is to know of it. [APP7]

import type { RefObject } from 'preact'
import type { RoomRow } from '../../../protocol/changes.ts'
import { words } from '../../i18n/words.ts'
import { Icon } from '../../view/icon.tsx'

interface Props {
  readonly name: string
  /** Null until the first welcome. */
  readonly room: RoomRow | null
  /** How many are here now; null while that is not known. */
  readonly online: number | null
  readonly detailed: boolean
  readonly detailsButton: RefObject<HTMLButtonElement | null>
  readonly onDetails: () => void
}

export function RoomHeader({ name, room, online, detailed, detailsButton, onDetails }: Props) {
  const text = words()
  return (
    <header class="page-bar room-bar">
      <a class="icon-button back" href="/rooms" aria-label={text.room.back}>
        <Icon name="back" />
      </a>
      <div class="room-titles">
        <h1 class="ellipsis" tabIndex={-1}>
          <bdi>{name}</bdi>
        </h1>
        {room && (
          <p class="room-topic ellipsis">
            {online !== null && <span class="room-online">{text.room.online(online)}</span>}
            {room.topic && (
              <bdi class="room-topic-text" title={room.topic}>
                {room.topic}
              </bdi>
            )}
          </p>
        )}
      </div>
      {room && (
        <button
          type="button"
          ref={detailsButton}
          class="button-quiet room-details"
          aria-expanded={detailed}
          aria-label={`${text.room.details}, ${text.directory.members(room.memberCount)}`}
          title={text.room.details}
          onClick={onDetails}
        >
          <Icon name="people" />
          <span>{room.memberCount}</span>
        </button>
      )}
    </header>
  )
}
