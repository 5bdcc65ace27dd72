// One or two letters and a colour that stand for a person without a picture.

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The first grapheme of the first and the last word: a joined emoji counts as one. [TML11] */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter(Boolean)
  const first = firstGrapheme(words[0] ?? '')
  const last = words.length > 1 ? firstGrapheme(words.at(-1) ?? '') : ''
  return `${first}${last}`.toLocaleUpperCase()
}

/** Degrees, the same for one id on every device. FNV-1a, then mixed: ids made together differ little. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193)
  }
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % 360
}

function firstGrapheme(text: string): string {
  return graphemes.segment(text)[Symbol.iterator]().next().value?.segment ?? ''
}
