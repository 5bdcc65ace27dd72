// Text cut where it calls one of the mentioned by name: "@Ana" is a mark only if Ana was meant.

export interface Called {
  readonly name: string
  /** Oneself: worth a look. */
  readonly own: boolean
}

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mention'; readonly text: string; readonly own: boolean }

/** The longest name that fits wins: Ana Maria is not Ana. */
export function pieces(text: string, called: readonly Called[]): Piece[] {
  if (called.length === 0) return [{ kind: 'text', text }]
  const byLength = called.toSorted((one, other) => other.name.length - one.name.length)
  const found: Piece[] = []
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', Math.max(at + 1, from))) {
    const one = byLength.find(({ name }) => name !== '' && text.startsWith(name, at + 1))
    if (!one || continuesWord(text, at + 1 + one.name.length)) continue
    if (at > from) found.push({ kind: 'text', text: text.slice(from, at) })
    from = at + 1 + one.name.length
    found.push({ kind: 'mention', text: text.slice(at, from), own: one.own })
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) })
  return found
}

const continuesWord = (text: string, end: number): boolean =>
  /^[\p{L}\p{N}]/u.test(text.slice(end, end + 2))
