// The way to the newest message, and back to where one was before writing. [TML4]

import { words } from '../i18n/words.ts'
import { Icon } from './icon.tsx'

interface Props {
  readonly following: boolean
  /** Messages of others that came below the view. */
  readonly unseen: number
  readonly wayBack: (() => void) | null
  readonly onLatest: () => void
}

export function JumpPill({ following, unseen, wayBack, onLatest }: Props) {
  const text = words().timeline
  if (following && wayBack) {
    return (
      <button type="button" class="pill" onClick={wayBack}>
        <Icon name="arrowUp" small />
        {text.wayBack}
      </button>
    )
  }
  if (following) return null
  return unseen > 0 ? (
    <button
      type="button"
      class="pill pill-new"
      aria-label={text.newBelowLabel(unseen)}
      onClick={onLatest}
    >
      {text.newBelow(unseen)}
      <Icon name="arrowDown" small />
    </button>
  ) : (
    <button type="button" class="pill" onClick={onLatest}>
      {text.latest}
      <Icon name="arrowDown" small />
    </button>
  )
}
