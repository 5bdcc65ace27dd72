// The room before anything of it is known: grey lines after a moment, and what waits to be sent.

import { words } from '../i18n/words.ts'
import type { Draft } from '../store/room-store.ts'
import { DraftSign } from './draft-status.tsx'
import { MessageText } from './message-text.tsx'
import { useAfter } from './use-after.ts'

/** What is ready sooner than this never shows a skeleton. [APP17] */
export const SKELETON_AFTER_MS = 150

const WIDTHS = ['long', 'short', 'medium', 'long', 'medium', 'short'] as const

/** The messages are not here yet, but what one wrote is never hidden. [CMP3] */
export function TimelineSkeleton({ drafts }: { drafts: readonly Draft[] }) {
  const lasted = useAfter(SKELETON_AFTER_MS)
  return (
    <div class="timeline-frame">
      <div class="timeline-skeleton">
        {lasted && <p class="visually-hidden">{words().app.loading}</p>}
        {lasted &&
          WIDTHS.map((width, index) => (
            <div class="skeleton-message" data-width={width} key={index} aria-hidden="true" />
          ))}
        {drafts.map((draft) => (
          <article class="message" data-own data-state={draft.status.state} key={draft.id}>
            <div class="message-margin" />
            <div class="message-content">
              <MessageText body={draft.body} />
            </div>
            <DraftSign status={draft.status} />
          </article>
        ))}
      </div>
    </div>
  )
}
