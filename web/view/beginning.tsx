// What lies above the first loaded message: more of them, or the room's first moment.

import type { RoomRow } from '../../protocol/changes.ts'
import { words } from '../i18n/words.ts'
import type { HistoryState } from '../store/room-store.ts'
import { Icon } from './icon.tsx'

export function Beginning({ room, empty }: { room: RoomRow; empty: boolean }) {
  const text = words().timeline
  return (
    <div class="beginning">
      <span class="beginning-sign">
        <Icon name={room.visibility === 'private' ? 'lock' : 'hash'} />
      </span>
      <h2>
        <bdi>{text.beginning(room.name)}</bdi>
      </h2>
      <p>{empty ? text.emptyHint : text.beginningHint}</p>
    </div>
  )
}

/** Keeps its height whatever it says, so that loading moves nothing. [TML3] */
export function Earlier({ state, onRetry }: { state: HistoryState; onRetry: () => void }) {
  const text = words().timeline
  return (
    <div class="earlier" aria-live="polite">
      {state === 'failed' ? (
        <>
          <span>{text.olderFailed}</span>
          <button type="button" class="button-quiet" onClick={onRetry}>
            {words().app.retry}
          </button>
        </>
      ) : (
        <span>{state === 'loading' && text.loadingOlder}</span>
      )}
    </div>
  )
}
