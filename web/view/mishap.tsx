// What one wanted to do to a message and the room would not, until it has been seen.

import { words } from '../i18n/words.ts'
import type { RoomStore } from '../store/room-store.ts'
import { Icon } from './icon.tsx'

export function MishapLine({ store }: { store: RoomStore }) {
  const mishap = store.mishap.value
  return (
    <div class="mishap" role="status">
      {mishap && (
        <div class="connection-bar">
          <Icon name="alert" small />
          <span>
            <strong>{words().deeds[mishap.deed.type]}</strong> {words().failures[mishap.code]}
          </span>
          <button type="button" class="button-quiet" onClick={() => store.forgetMishap()}>
            {words().app.close}
          </button>
        </div>
      )}
    </div>
  )
}
