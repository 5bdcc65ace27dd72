// What a text will weigh in a frame, without writing the frame.

/** Bytes of `text` as a JSON string in UTF-8, quotes included, as JSON.stringify writes it. */
export function jsonBytes(text: string): number {
  let bytes = 2
  for (let index = 0; index < text.length; index += 1) bytes += unitBytes(text.charCodeAt(index))
  return bytes
}

function unitBytes(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2
  if (unit < 0x20) return SHORT_ESCAPES.has(unit) ? 2 : 6
  if (unit < 0x80) return 1
  if (unit < 0x800) return 2
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3 // Half of a pair that takes four.
}

const SHORT_ESCAPES = new Set(['\b', '\t', '\n', '\f', '\r'].map((mark) => mark.charCodeAt(0)))
