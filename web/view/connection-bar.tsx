// How the connection is, when that is worth a word. Floats: nothing below it moves. [CON1]

import type { ComponentChildren } from 'preact'
import { words } from '../i18n/words.ts'
import type { ConnectionFace } from '../store/room-store.ts'
import { Icon } from './icon.tsx'
import { useAfter, useSecondsUntil } from './use-after.ts'

/** Weather shorter than this goes unmentioned. */
const QUIET_MS = 1_500

export function ConnectionBar({ face, onRetry }: { face: ConnectionFace; onRetry: () => void }) {
  return (
    <div class="connection" role="status">
      <Words face={face} onRetry={onRetry} />
    </div>
  )
}

function Words({ face, onRetry }: { face: ConnectionFace; onRetry: () => void }) {
  const text = words().connection
  switch (face.face) {
    case 'live':
    case 'stopped': // Fills the whole view instead: see stopped.tsx.
      return null
    case 'connecting':
      return <Bar quiet>{text.connecting}</Bar>
    case 'catchingUp':
      return <Bar quiet>{text.catchingUp}</Bar>
    case 'offline':
      return (
        <Bar>
          <Icon name="offline" small />
          {text.offline}
        </Bar>
      )
    case 'signedOut':
      return <Bar>{text.signedOut}</Bar>
    case 'reconnecting':
      return <Reconnecting retryAtMs={face.retryAtMs} onRetry={onRetry} />
    default:
      return face satisfies never
  }
}

function Reconnecting({ retryAtMs, onRetry }: { retryAtMs: number; onRetry: () => void }) {
  const seconds = useSecondsUntil(retryAtMs)
  const text = words().connection
  return (
    <Bar quiet>
      {/* A screen reader hears of the loss once, not each second. */}
      <span aria-hidden="true">
        {seconds > 0 ? text.reconnectingIn(seconds) : text.reconnecting}
      </span>
      <span class="visually-hidden">{text.reconnecting}</span>
      <button type="button" class="button-quiet" onClick={onRetry}>
        {text.retryNow}
      </button>
    </Bar>
  )
}

function Bar({ quiet = false, children }: { quiet?: boolean; children: ComponentChildren }) {
  const lasted = useAfter(quiet ? QUIET_MS : 0, quiet)
  return lasted ? <div class="connection-bar">{children}</div> : null
}
