// What a room is about and who is in it, by role. [APP7]

import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso/router'
import type { UserId } from '../../../protocol/ids.ts'
import { Role } from '../../../protocol/permissions.ts'
import { words } from '../../i18n/words.ts'
import type { Presence, RoomModel } from '../../store/room-store.ts'
import { Icon } from '../../view/icon.tsx'
import { Crowd } from './crowd.tsx'
import { Leave } from './leave.tsx'
import { membersByRole } from './members.ts'
import { Roles } from './roles.tsx'

const roles = Role.options.toReversed()
const nobody: ReadonlySet<UserId> = new Set()

interface Props {
  readonly model: RoomModel
  readonly presence: Presence | null
  readonly onClose: () => void
}

export function RoomDetails({ model, presence, onClose }: Props) {
  const leaving = useSignal(false)
  const { route } = useLocation()
  const { room, you } = model
  const text = words().room
  const online = presence?.online ?? nobody
  const isPrivate = room.visibility === 'private'
  return (
    <aside class="details" aria-label={text.details}>
      <header class="details-head">
        <h2>{text.details}</h2>
        <button type="button" class="icon-button" aria-label={text.closeDetails} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="details-body">
        <section>
          <p class="details-name">
            <bdi>{room.name}</bdi>
          </p>
          <p class="badge">
            <Icon name={isPrivate ? 'lock' : 'globe'} small />
            {isPrivate ? text.private : text.public}
          </p>
          <p class="details-topic" dir="auto">
            {room.topic || text.noTopic}
          </p>
        </section>
        {model.membersComplete ? (
          <Roles groups={membersByRole(model, roles)} isExact own={you.userId} online={online} />
        ) : (
          <Crowd roomId={room.id} own={you.userId} online={online} />
        )}
        {you.role !== 'owner' && (
          <button
            type="button"
            class="button"
            onClick={() => {
              leaving.value = true
            }}
          >
            <Icon name="logout" small />
            {text.leave}
          </button>
        )}
      </div>
      {leaving.value && (
        <Leave
          room={room}
          onLeft={() => route('/rooms')}
          onClose={() => {
            leaving.value = false
          }}
        />
      )}
    </aside>
  )
}
