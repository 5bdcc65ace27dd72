// The conversation's past and present: reads the room's signals, draws its rows, keeps the reader's place.

import { useComputed, useSignal } from '@preact/signals'
import { useCallback, useRef } from 'preact/hooks'
import type { MessageRow } from '../../protocol/changes.ts'
import type { Seq, UserId } from '../../protocol/ids.ts'
import { may } from '../../protocol/permissions.ts'
import { words } from '../i18n/words.ts'
import { type Draft, headOf, type RoomModel, type RoomStore } from '../store/room-store.ts'
import { isNews } from '../store/unread.ts'
import { Beginning, Earlier } from './beginning.tsx'
import { JumpPill } from './jump-pill.tsx'
import { DayLine, NoticeLine } from './lines.tsx'
import { Message } from './message.tsx'
import { Scroller } from './scroller.tsx'
import { type TimelineRow, timelineRows } from './timeline-rows.ts'
import { useIsAhead } from './use-after.ts'
import { useMarkedRead } from './use-marked-read.ts'

interface Props {
  readonly store: RoomStore
  readonly model: RoomModel
  /** Where a click on a name leads; the widget has no such page. */
  readonly personHref?: (id: UserId) => string
}

export function Timeline({ store, model, personHref }: Props) {
  const own = model.you.userId
  const drafts = store.drafts.value
  const rows = useComputed(() =>
    timelineRows(store.model.value?.messages ?? [], store.drafts.value, own),
  )
  const scroller = useRef<Scroller>(null)
  const reading = useReading(model)

  const near = useCallback(() => {
    const ready = store.history.peek() === 'idle' && store.model.peek()?.atBeginning === false
    if (ready) void store.loadOlder()
  }, [store])
  useMarkedRead(store, model, reading.following.value)
  const react = useCallback(
    (seq: Seq, emoji: string, on: boolean) => store.react(seq, emoji, on),
    [store],
  )
  const isMuted = useIsAhead(model.you.mutedUntil ?? 0)
  const mayReact = may(model.you.role, 'react') && !isMuted
  const retry = useCallback((draft: Draft) => store.retry(draft.id), [store])
  const discard = useCallback((draft: Draft) => store.discard(draft.id), [store])

  const ownLatest = drafts.at(-1)?.id ?? null
  const lastSent = model.messages.findLast((message) => message.authorId === own)?.id
  const draw = (row: TimelineRow) => {
    if (row.kind === 'day') return <DayLine key={row.key} atMs={row.atMs} />
    if (row.kind === 'notice')
      return <NoticeLine key={row.key} notices={row.notices} people={model.people} />
    const authorId = row.kind === 'draft' ? own : row.row.authorId
    const { replyTo } = row.kind === 'draft' ? row.draft : row.row
    return (
      <Message
        key={row.key}
        authorId={authorId}
        authorHref={personHref?.(authorId) ?? null}
        you={own}
        people={model.people}
        leads={row.leads}
        row={row.kind === 'message' ? row.row : null}
        draft={row.kind === 'draft' ? row.draft : null}
        original={replyTo === null ? undefined : rowAt(model, replyTo)}
        pending={row.kind === 'message' && store.pending.value.has(row.row.seq)}
        onReact={mayReact ? react : null}
        sent={row.kind === 'message' && row.row.id === lastSent && authorId === own}
        onRetry={retry}
        onDiscard={discard}
      />
    )
  }

  return (
    <div class="timeline-frame">
      <Scroller
        handle={scroller}
        label={words().timeline.label}
        ownLatest={ownLatest}
        onFollowing={reading.follow}
        onNearStart={near}
        onTakenAway={reading.takenAway}
      >
        {model.atBeginning ? (
          <Beginning room={model.room} empty={rows.value.length === 0} />
        ) : (
          <Earlier state={store.history.value} onRetry={() => void store.loadOlder()} />
        )}
        {rows.value.map(draw)}
      </Scroller>
      <JumpPill
        following={reading.following.value}
        unseen={reading.unseen(own)}
        wayBack={reading.wayBack.value}
        onLatest={() => scroller.current?.goToEnd()}
      />
    </div>
  )
}

/** Null where it is not loaded. */
function rowAt({ messages }: RoomModel, seq: Seq): MessageRow | null {
  return messages[seq - (messages[0]?.seq ?? seq)] ?? null
}

/** Whether the reader is at the end, and if not, what came since and where they were. [TML4] */
function useReading(model: RoomModel) {
  const following = useSignal(true)
  const seenHead = useSignal(headOf(model))
  const wayBack = useSignal<(() => void) | null>(null)
  const head = useRef(headOf(model))
  head.current = headOf(model)

  const follow = useCallback((now: boolean) => {
    following.value = now
    seenHead.value = head.current
    if (!now) wayBack.value = null
  }, [])
  const takenAway = useCallback((back: () => void) => {
    wayBack.value = back
  }, [])
  const unseen = (own: UserId) =>
    following.value
      ? 0
      : model.messages.filter((row) => row.seq > seenHead.value && isNews(row, own)).length
  return { following, wayBack, follow, takenAway, unseen }
}
