// One message: who and when where a group begins, then the words and what hangs on them.

import type { MessageRow, Person } from '../../protocol/changes.ts'
import type { Seq, UserId } from '../../protocol/ids.ts'
import { words } from '../i18n/words.ts'
import type { Draft } from '../store/room-store.ts'
import type { Called } from '../text/mentions.ts'
import { Avatar } from './avatar.tsx'
import { DraftSign, FailedDraft, SentSign } from './draft-status.tsx'
import { Quote, Reactions } from './message-extras.tsx'
import { MessageText } from './message-text.tsx'
import { Time } from './time.tsx'

interface Props {
  readonly authorId: UserId
  readonly authorHref: string | null
  readonly you: UserId
  readonly people: ReadonlyMap<UserId, Person>
  /** The first of its group: carries face, name and time. */
  readonly leads: boolean
  /** One of the two: a message, or one on its way. One component, so its DOM node stays. [CMP2] */
  readonly row: MessageRow | null
  readonly draft: Draft | null
  /** What it answers: undefined for nothing, null where that is not loaded. */
  readonly original: MessageRow | null | undefined
  /** One's own newest, whose arrival is worth a sign. */
  readonly sent: boolean
  /** An edit, a deletion or a reaction of one's own is under way. */
  readonly pending: boolean
  readonly onRetry: (draft: Draft) => void
  readonly onDiscard: (draft: Draft) => void
  readonly onReact: ((seq: Seq, emoji: string, on: boolean) => void) | null
}

/** Reads a signal, so the signals library redraws it only for other props: a flush costs no row twice. */
export function Message({ row, draft, leads, people, you, ...props }: Props) {
  const atMs = (row ?? draft)?.createdAt ?? 0
  const name = people.get(props.authorId)?.name ?? words().room.formerMember
  const isGone = row !== null && row.deletedAt !== null
  return (
    <article
      class="message"
      aria-label={name}
      aria-busy={props.pending || undefined}
      data-row
      data-own={props.authorId === you || undefined}
      data-calls={(!isGone && row?.mentions.includes(you)) || undefined}
      data-leads={leads || undefined}
      data-state={draft?.status.state}
    >
      <div class="message-margin">
        {leads ? <Avatar id={props.authorId} name={name} /> : <Time atMs={atMs} />}
      </div>
      <div class="message-content">
        {leads && (
          <header class="message-head">
            <Author name={name} href={props.authorHref} />
            <Time atMs={atMs} />
          </header>
        )}
        {!isGone && props.original !== undefined && <Quote row={props.original} people={people} />}
        <Said row={row} draft={draft} you={you} people={people} />
        {row && Object.keys(row.reactions).length > 0 && (
          <Reactions {...{ people, own: you, onReact: props.onReact }} {...row} />
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

function Said({ row, draft, you, people }: Pick<Props, 'row' | 'draft' | 'you' | 'people'>) {
  const text = words().timeline
  if (row && row.deletedAt !== null) return <p class="tombstone">{text.deleted}</p>
  const { body = '', mentions = [] } = row ?? draft ?? {}
  return (
    <>
      <MessageText body={body} called={calledBy(mentions, people, you)} />
      {row?.editedAt != null && (
        <span class="edited">
          <Time atMs={row.editedAt} show={() => text.edited} />
        </span>
      )}
    </>
  )
}

function calledBy(mentions: readonly UserId[], people: Props['people'], you: UserId): Called[] {
  return mentions.flatMap((userId) => {
    const person = people.get(userId)
    return person ? [{ name: person.name, own: userId === you }] : []
  })
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
