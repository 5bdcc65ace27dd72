// The pages of a SQLite file in which every leaf holds one row, so that all of them can be foretold.

import { varint } from './sqlite-record.ts'

/** The smallest there is: a leaf to a row wastes least. */
export const PAGE_BYTES = 512

/** The page at byte 2^30 belongs to the locks of the file system and to no tree. */
export const LOCK_PAGE = 2 ** 30 / PAGE_BYTES + 1

/** Cells that page 1 has place for beside the file's header, and the child to their right. */
export const TABLES_MAX = 40

/** The same for any other interior page, as long as a rowid takes four bytes. */
const CHILDREN_MAX = 51
const ROWS_MAX = 2 ** 28 - 1

/** The pages of one tree from its leaves up to its root. Page numbers count without the lock page. */
export type Levels = readonly { readonly firstPage: number; readonly size: number }[]

/** The tree lies in the file from its root down. */
export function levelsOf(rowCount: number, firstPage: number): Levels {
  if (rowCount > ROWS_MAX) throw new RangeError(`A table is written with ${ROWS_MAX} rows at most.`)
  const sizes = [Math.max(rowCount, 1)]
  while ((sizes[0] ?? 0) > 1) sizes.unshift(Math.ceil((sizes[0] ?? 0) / CHILDREN_MAX))
  let page = firstPage
  const down = sizes.map((size) => {
    page += size
    return { firstPage: page - size, size }
  })
  return down.reverse()
}

/** Page 1 alone may be an interior page of one child. */
export function schemaLevels(tableCount: number): Levels {
  return [
    { firstPage: 2, size: tableCount },
    { firstPage: 1, size: 1 },
  ]
}

export function pagesIn(levels: Levels): number {
  return levels.reduce((count, { size }) => count + size, 0)
}

export function rootOf(levels: Levels): number {
  return levels.at(-1)?.firstPage ?? 0
}

/** The number in the file of a page counted without the lock page. */
export function placeOf(page: number): number {
  return page < LOCK_PAGE ? page : page + 1
}

/** Children are spread evenly: a page with a single one would be no interior page. */
export function* interiorPages(levels: Levels): Generator<Uint8Array> {
  for (const [level, { firstPage, size }] of [...levels.entries()].slice(1).reverse())
    for (let index = 0; index < size; index += 1) {
      const children = childrenOf(levels, level, index)
      yield interiorPage(children, firstPage === 1 ? fileHeader() : new Uint8Array())
    }
}

interface Child {
  readonly page: number
  readonly lastRowid: number
}

function childrenOf(levels: Levels, level: number, index: number): Child[] {
  const below = levels[level - 1]
  if (!below) return []
  const [start, end] = [index, index + 1].map((place) => spread(levels, level, place))
  return Array.from({ length: (end ?? 0) - (start ?? 0) }, (_, offset) => {
    const place = (start ?? 0) + offset
    return { page: below.firstPage + place, lastRowid: rowsBefore(levels, level - 1, place + 1) }
  })
}

/** How many pages of the level below hang on the first `count` of this one. */
function spread(levels: Levels, level: number, count: number): number {
  const [size, below] = [levels[level]?.size ?? 1, levels[level - 1]?.size ?? 1]
  return Math.floor((count * below) / size)
}

/** A leaf holds the row of its own number, so rows are counted as leaves. */
function rowsBefore(levels: Levels, level: number, count: number): number {
  return level === 0 ? count : rowsBefore(levels, level - 1, spread(levels, level, count))
}

function interiorPage(children: readonly Child[], header: Uint8Array): Uint8Array {
  const cells = children
    .slice(0, -1)
    .map(({ page, lastRowid }) => Uint8Array.from([...u32(placeOf(page)), ...varint(lastRowid)]))
  const right = u32(placeOf(children.at(-1)?.page ?? 0))
  return treePage({ kind: INTERIOR, right, cells, header })
}

/** An empty table is one leaf without a cell. */
export function leafPage(cell: Uint8Array | null): Uint8Array {
  return treePage({ kind: LEAF, right: [], cells: cell ? [cell] : [], header: new Uint8Array() })
}

interface TreePage {
  readonly kind: number
  /** The child to the right of all cells, in interior pages. */
  readonly right: readonly number[]
  readonly cells: readonly Uint8Array[]
  /** Of the file, on its first page. */
  readonly header: Uint8Array
}

/** Its kind, where the cells are, and the cells themselves from the end of the page backwards. */
function treePage({ kind, right, cells, header }: TreePage): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES)
  page.set(header)
  let content = PAGE_BYTES
  const pointers = cells.flatMap((cell) => {
    content -= cell.length
    page.set(cell, content)
    return u16(content)
  })
  const head = [kind, ...u16(0), ...u16(cells.length), ...u16(content), 0, ...right]
  page.set([...head, ...pointers], header.length)
  return page
}

const LEAF = 0x0d
const INTERIOR = 0x05

/** A payload beyond this leaves the page: all but the first bytes, in pages as full as can be. */
const LOCAL_BYTES_MAX = PAGE_BYTES - 35
const LOCAL_BYTES_MIN = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23
const OVERFLOW_BYTES = PAGE_BYTES - 4

/** How much of a payload stays on the leaf: the format leaves no choice. */
function localBytes(size: number): number {
  if (size <= LOCAL_BYTES_MAX) return size
  const fitting = LOCAL_BYTES_MIN + ((size - LOCAL_BYTES_MIN) % OVERFLOW_BYTES)
  return fitting <= LOCAL_BYTES_MAX ? fitting : LOCAL_BYTES_MIN
}

export function cellOf(rowid: number, payload: Uint8Array, overflowPage: number): Uint8Array {
  const head = [...varint(payload.length), ...varint(rowid)]
  const local = localBytes(payload.length)
  const tail = local < payload.length ? u32(placeOf(overflowPage)) : []
  const cell = new Uint8Array(head.length + local + tail.length)
  cell.set(head)
  cell.set(payload.subarray(0, local), head.length)
  cell.set(tail, head.length + local)
  return cell
}

/** A chain: each page begins with the number of the next, the last with 0. */
export function* overflowPages(payload: Uint8Array, firstPage: number): Generator<Uint8Array> {
  let next = firstPage
  for (let at = localBytes(payload.length); at < payload.length; at += OVERFLOW_BYTES) {
    next += 1
    const page = new Uint8Array(PAGE_BYTES)
    page.set(u32(at + OVERFLOW_BYTES < payload.length ? placeOf(next) : 0))
    page.set(payload.subarray(at, at + OVERFLOW_BYTES), 4)
    yield page
  }
}

/**
 * The size of the file is left open: readers then take it from the file system, as they do wherever
 * the two change counters (at 24 and 92) differ.
 */
function fileHeader(): Uint8Array {
  const header = new Uint8Array(100)
  header.set(new TextEncoder().encode('SQLite format 3\0'))
  header.set([...u16(PAGE_BYTES), 1, 1, 0, 64, 32, 32, ...u32(1)], 16)
  header.set([...u32(1), ...u32(4)], 40) // The schema's version and its format.
  header.set(u32(1), 56) // UTF-8.
  return header
}

function u16(value: number): number[] {
  return [value >>> 8, value & 0xff]
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)]
}
