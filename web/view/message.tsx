// One message: who and when where a group begins, then the words.

import type { MessageRow } from '../../protocol/changes.ts'
import type { UserId } from '../../protocol/ids.ts'
import { words } from '../i18n/words.ts'
import type { Draft } from '../store/room-store.ts'
import { Avatar } from './avatar.tsx'
import { DraftSign, FailedDraft, SentSign } from './draft-status.tsx'
import { MessageText } from './message-text.tsx'
import { Time } from './time.tsx'

interface Props {
  readonly authorId: UserId
  readonly authorName: string
  readonly authorHref: string | null
  readonly own: boolean
  /** The first of its group: carries face, name and time. */
  readonly leads: boolean
  /** One of the two: a message, or one on its way. One component, so its DOM node stays. [CMP2] */
  readonly row: MessageRow | null
  readonly draft: Draft | null
  /** One's own newest, whose arrival is worth a sign. */
  readonly sent: boolean
  readonly onRetry: (draft: Draft) => void
  readonly onDiscard: (draft: Draft) => void
}

/** Reads a signal, so the signals library redraws it only for other props: a flush costs no row twice. */
export function Message({ row, draft, leads, ...props }: Props) {
  const text = words()
  const atMs = (row ?? draft)?.createdAt ?? 0
  return (
    <article
      class="message"
      aria-label={props.authorName}
      data-row
      data-own={props.own || undefined}
      data-leads={leads || undefined}
      data-state={draft?.status.state}
    >
      <div class="message-margin">
        {leads ? <Avatar id={props.authorId} name={props.authorName} /> : <Time atMs={atMs} />}
      </div>
      <div class="message-content">
        {leads && (
          <header class="message-head">
            <Author name={props.authorName} href={props.authorHref} />
            <Time atMs={atMs} />
          </header>
        )}
        {row && row.deletedAt !== null ? (
          <p class="tombstone">{text.timeline.deleted}</p>
        ) : (
          <MessageText body={(row ?? draft)?.body ?? ''} />
        )}
        {draft?.status.state === 'failed' && (
          <FailedDraft
            code={draft.status.code}
            body={draft.body}
            onRetry={() => props.onRetry(draft)}
            onDiscard={() => props.onDiscard(draft)}
          />
        )}
      </div>
      {draft ? <DraftSign status={draft.status} /> : props.sent && <SentSign />}
    </article>
  )
}

function Author({ name, href }: { name: string; href: string | null }) {
  return href === null ? (
    <bdi class="author">{name}</bdi>
  ) : (
    <a class="author" href={href}>
      <bdi>{name}</bdi>
    </a>
  )
}
