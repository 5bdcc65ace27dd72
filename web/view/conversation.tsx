// A room as the app and the widget share it: the state of the connection, what was said, where one writes.

import type { ComponentChildren } from 'preact'
import type { UserId } from '../../protocol/ids.ts'
import type { RoomStore } from '../store/room-store.ts'
import { Composer } from './composer.tsx'
import { ConnectionBar } from './connection-bar.tsx'
import { MishapLine } from './mishap.tsx'
import { Stopped } from './stopped.tsx'
import { Timeline } from './timeline.tsx'
import { TimelineSkeleton } from './timeline-skeleton.tsx'
import { TypingLine } from './typing-line.tsx'

interface Props {
  readonly store: RoomStore
  /** Known before the first welcome, from a list of rooms. */
  readonly roomName: string
  /** What was left unsent here; may come late. */
  readonly loadText: () => Promise<string>
  readonly onText: (text: string) => void
  readonly personHref?: (id: UserId) => string
  /** The way on when the room is closed to this person. */
  readonly exit: ComponentChildren
}

export function Conversation({ store, roomName, loadText, onText, personHref, exit }: Props) {
  const face = store.connection.value
  const model = store.model.value
  if (face.face === 'stopped') return <Stopped code={face.code} loadText={loadText} exit={exit} />
  return (
    <section class="conversation">
      <ConnectionBar face={face} onRetry={() => store.reconnectNow()} />
      {model ? (
        <Timeline store={store} model={model} {...(personHref && { personHref })} />
      ) : (
        <TimelineSkeleton drafts={store.drafts.value} />
      )}
      <MishapLine store={store} />
      <TypingLine store={store} />
      <Composer
        key={store.id}
        roomName={roomName}
        loadText={loadText}
        onText={(text) => {
          onText(text)
          store.type(text.trim() !== '')
        }}
        mutedUntil={model?.you.mutedUntil ?? null}
        slowUntilMs={store.slowUntilMs.value}
        onSend={(body) => store.send(body)}
      />
    </section>
  )
}
