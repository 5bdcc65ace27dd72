// The way into a public room; for visitors it leads through login, and then they have joined. [APP6]

import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso/router'
import type { RoomCard } from '../../protocol/api/rooms.ts'
import type { FailureCode } from '../../protocol/failures.ts'
import { words } from '../i18n/words.ts'
import { codeOf } from './loaded.ts'
import { loginPath } from './own-path.ts'
import { useServices } from './services.ts'

interface Props {
  readonly room: RoomCard
  readonly label: string
  readonly primary?: boolean
  /** Where one is at the room's own address already. */
  readonly onJoined?: () => void
}

export function JoinButton({ room, label, primary = false, onJoined }: Props) {
  const services = useServices()
  const { route } = useLocation()
  const busy = useSignal(false)
  const failed = useSignal<FailureCode | null>(null)
  const path = `/rooms/${room.id}`

  const join = async () => {
    if (busy.peek()) return
    if (services.session.state.peek().state !== 'signedIn') {
      services.joinAfterLogin = room.id
      route(loginPath(path))
      return
    }
    busy.value = true
    failed.value = null
    try {
      await services.api.join(room.id)
      void services.myRooms.reload()
      if (onJoined) onJoined()
      else route(path)
    } catch (error) {
      failed.value = codeOf(error)
    } finally {
      busy.value = false
    }
  }

  return (
    <div class="card-way">
      <button
        type="button"
        class={primary ? 'button-primary' : 'button'}
        aria-disabled={busy.value}
        aria-label={`${label} ${room.name}`}
        onClick={() => void join()}
      >
        {busy.value ? words().directory.joining : label}
      </button>
      {failed.value && (
        <p class="field-error" role="alert">
          {words().failures[failed.value]}
        </p>
      )}
    </div>
  )
}
