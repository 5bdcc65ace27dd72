// What a room is about and who is in it, by role. [APP7]

import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso/router'
import { Role } from '../../../protocol/permissions.ts'
import { words } from '../../i18n/words.ts'
import type { RoomModel } from '../../store/room-store.ts'
import { Icon } from '../../view/icon.tsx'
import { Leave } from './leave.tsx'
import { membersByRole } from './members.ts'
import { PersonRow } from './person-row.tsx'

export function RoomDetails({ model, onClose }: { model: RoomModel; onClose: () => void }) {
  const leaving = useSignal(false)
  const { route } = useLocation()
  const { room, you } = model
  const text = words().room
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
        {membersByRole(model, Role.options.toReversed()).map(({ role, people }) => (
          <section key={role}>
            <h3 class="sidebar-title">
              {text.roleGroups[role]} · {people.length}
            </h3>
            <ul>
              {people.map((person) => (
                <PersonRow key={person.id} person={person} you={person.id === you.userId} />
              ))}
            </ul>
          </section>
        ))}
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
