// Where one writes. The text belongs to the room until it is sent. [CMP1, CMP6, CMP7]

import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { words } from '../i18n/words.ts'
import { asksToSend, fits, lengthNote, sendable, startsText } from './composer-rules.ts'
import { Icon } from './icon.tsx'

interface Props {
  readonly roomName: string
  /** What was left unsent here; may come late. */
  readonly loadText: () => Promise<string>
  readonly onText: (text: string) => void
  readonly onSend: (body: string) => void
}

export function Composer({ roomName, loadText, onText, onSend }: Props) {
  const text = useSignal('')
  const area = useRef<HTMLTextAreaElement>(null)
  useSaved(loadText, (found) => {
    if (text.peek() === '') text.value = found // Whoever typed already keeps what they typed.
  })

  useTypingAnywhere(area)

  const write = (value: string) => {
    text.value = value
    onText(value)
  }
  const send = () => {
    const body = sendable(text.peek())
    if (body === '' || !fits(body)) return
    onSend(body)
    write('')
    area.current?.focus()
  }

  const ready = sendable(text.value) !== '' && fits(text.value)
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
      <LengthNote text={text.value} />
    </form>
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
