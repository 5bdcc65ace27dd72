// A row in SQLite's record format: the serial types of its values, then the values.

export type RecordValue = string | number | null

/** A whole number is stored as one, whatever the column says; any other number as a float. */
export function recordOf(values: readonly RecordValue[]): Uint8Array {
  const fields = values.map(fieldOf)
  const types = fields.flatMap(({ type }) => varint(type))
  const headerBytes = types.length + (types.length < 127 ? 1 : 2) // It counts its own length.
  const header = [...varint(headerBytes), ...types]
  const size = fields.reduce((total, { bytes }) => total + bytes.length, header.length)
  const record = new Uint8Array(size)
  record.set(header)
  let at = header.length
  for (const { bytes } of fields) {
    record.set(bytes, at)
    at += bytes.length
  }
  return record
}

/** Seven bits a byte, the highest first; a set top bit says that more follow. Up to 2^49. */
export function varint(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift((rest % 128) | 0x80)
  return bytes
}

interface Field {
  readonly type: number
  readonly bytes: Uint8Array
}

function fieldOf(value: RecordValue): Field {
  if (value === null) return { type: NULL_TYPE, bytes: NOTHING }
  if (typeof value === 'number') return Number.isSafeInteger(value) ? whole(value) : real(value)
  const bytes = encoder.encode(value)
  return { type: TEXT_TYPE + 2 * bytes.length, bytes }
}

/** The narrowest of the sizes there are. */
function whole(value: number): Field {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigInt64(0, BigInt(value))
  const { size, type } = wholeTypes.find(({ size }) => fits(value, size)) ?? widest
  return { type, bytes: new Uint8Array(view.buffer, 8 - size) }
}

function fits(value: number, size: number): boolean {
  const half = 2 ** (8 * size - 1)
  return value >= -half && value < half
}

function real(value: number): Field {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return { type: REAL_TYPE, bytes: new Uint8Array(view.buffer) }
}

const encoder = new TextEncoder()
const NOTHING = new Uint8Array()
const NULL_TYPE = 0
const REAL_TYPE = 7
const TEXT_TYPE = 13

const widest = { size: 8, type: 6 } as const
const narrower = [1, 2, 3, 4, 6].map((size, index) => ({ size, type: index + 1 }))
const wholeTypes = [...narrower, widest]
