// What a key means and how much is too much. Pure.

import { bodyCharactersMax } from '../../protocol/limits.ts'
import { characters } from '../../protocol/text.ts'

/** From here on the writer is told what is left. [CMP7] */
const COUNT_FROM = 3_200

/** A keydown while an input method composes; Safari tells it by the old code only. [CMP1] */
const COMPOSING_KEY_CODE = 229

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'isComposing' | 'keyCode'>

/** On touch Enter is a new line, and the button sends. [CMP1] */
export function asksToSend(key: Key, touch: boolean): boolean {
  const composing = key.isComposing || key.keyCode === COMPOSING_KEY_CODE
  return key.key === 'Enter' && !key.shiftKey && !key.altKey && !composing && !touch
}

/** A key that writes a character, alone. */
export function startsText(
  key: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): boolean {
  const modified = key.ctrlKey || key.metaKey || key.altKey
  return !modified && characters(key.key) === 1 && key.key !== ' ' // A blank scrolls the page.
}

/** What the server will store: trimmed, and without what no store can keep. [SND4] */
export function sendable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '').trim()
}

export function fits(text: string): boolean {
  return lengthNote(text).kind !== 'over'
}

export type LengthNote =
  | { readonly kind: 'none' }
  | { readonly kind: 'left' | 'over'; readonly count: number }

/** Counted as the server counts: in code points, without blanks around. [CMP7] */
export function lengthNote(text: string): LengthNote {
  const used = characters(sendable(text))
  if (used > bodyCharactersMax) return { kind: 'over', count: used - bodyCharactersMax }
  if (used >= COUNT_FROM) return { kind: 'left', count: bodyCharactersMax - used }
  return { kind: 'none' }
}
