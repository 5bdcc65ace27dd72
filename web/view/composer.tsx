// Where one writes. The text belongs to the room until it is sent. [CMP1, CMP6, CMP7]

import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { momentName } from '../i18n/format.ts'
import { words } from '../i18n/words.ts'
import { asksToSend, fits, lengthNote, sendable, startsText } from './composer-rules.ts'
import { Icon } from './icon.tsx'
import { useIsAhead, useSecondsUntil } from './use-after.ts'

interface Props {
  readonly roomName: string
  /** What was left unsent here; may come late. */
  readonly loadText: () => Promise<string>
  readonly onText: (text: string) => void
  readonly onSend: (body: string) => void
  /** Until then one may not write; null: one may. */
  readonly mutedUntil?: number | null
  /** Until then slow mode keeps the next message back. */
  readonly slowUntilMs?: number
}

export function Composer({ roomName, loadText, onText, onSend, ...props }: Props) {
  const text = useSignal('')
  const area = useRef<HTMLTextAreaElement>(null)
  useSaved(loadText, (found) => {
    if (text.peek() === '') text.value = found // Whoever typed already keeps what they typed.
  })

  useTypingAnywhere(area)

  const isMuted = useIsAhead(props.mutedUntil ?? 0)

  const write = (value: string) => {
    text.value = value
    onText(value)
  }
  const send = () => {
    const body = sendable(text.peek())
    if (body === '' || !fits(body) || isMuted) return
    onSend(body)
    write('')
    area.current?.focus()
  }

  const ready = sendable(text.value) !== '' && fits(text.value) && !isMuted
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <div class="composer-box">
        {/* The copy underneath makes the box as tall as its text, without measuring. */}
        <div class="composer-text" data-copy={`${text.value}\n`}>
          <textarea
            ref={area}
            dir="auto"
            rows={1}
            value={text.value}
            placeholder={words().composer.label(roomName)}
            aria-label={words().composer.label(roomName)}
            aria-describedby="composer-note"
            enterkeyhint="enter"
            onInput={(event) => write(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (!asksToSend(event, isTouch())) return
              event.preventDefault()
              send()
            }}
          />
        </div>
        <button
          type="submit"
          class="composer-send"
          disabled={!ready}
          aria-label={words().composer.send}
        >
          <Icon name="send" />
        </button>
      </div>
      <Note
        text={text.value}
        mutedUntil={isMuted ? (props.mutedUntil ?? null) : null}
        slowUntilMs={props.slowUntilMs ?? 0}
      />
    </form>
  )
}

interface NoteProps {
  readonly text: string
  readonly mutedUntil: number | null
  readonly slowUntilMs: number
}

/** One line: what keeps one from sending comes before how much is left. */
function Note({ text, mutedUntil, slowUntilMs }: NoteProps) {
  const slowSeconds = useSecondsUntil(slowUntilMs)
  if (mutedUntil === null && slowSeconds === 0) return <LengthNote text={text} />
  const said = words().composer
  const note =
    mutedUntil === null
      ? said.slow(slowSeconds)
      : said.mutedUntil(momentName(mutedUntil, Date.now()))
  return (
    <p class="composer-note" id="composer-note">
      {note}
    </p>
  )
}

function LengthNote({ text }: { text: string }) {
  const note = lengthNote(text)
  return (
    <p
      class="composer-note"
      id="composer-note"
      role="status"
      data-over={note.kind === 'over' || undefined}
    >
      {note.kind === 'left' && words().composer.left(note.count)}
      {note.kind === 'over' && words().composer.over(note.count)}
      {note.kind === 'none' && <span class="composer-hint">{words().composer.hint}</span>}
    </p>
  )
}

function useSaved(loadText: () => Promise<string>, use: (text: string) => void) {
  useEffect(() => {
    let wanted = true
    void loadText().then((text) => wanted && use(text))
    return () => {
      wanted = false
    }
  }, [])
}

/** Whoever starts to type without having clicked anywhere means the composer. */
function useTypingAnywhere(area: RefObject<HTMLTextAreaElement | null>) {
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const nowhere = document.activeElement?.matches('body, h1, h2, main, [role=log]') ?? true
      if (nowhere && startsText(event)) area.current?.focus()
    }
    document.addEventListener('keydown', focus)
    return () => document.removeEventListener('keydown', focus)
  }, [])
}

// Asked at each key: a tablet gains and loses its keyboard.
const isTouch = (): boolean => matchMedia('(pointer: coarse)').matches
