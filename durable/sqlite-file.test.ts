import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { type FileTable, sqliteFile } from './sqlite-file.ts'
import { interiorPages, levelsOf, placeOf } from './sqlite-pages.ts'
import type { RecordValue } from './sqlite-record.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Row = readonly RecordValue[]

async function write(...tables: FileTable[]): Promise<{ db: DatabaseSync; chunks: number[] }> {
  const path = join(folder, 'some.sqlite')
  rmSync(path, { force: true })
  const file = await open(path, 'w')
  const chunks: number[] = []
  const aside: Uint8Array[] = []
  const keeper = { put: (page: Uint8Array) => aside.push(page), pages: () => aside }
  for await (const chunk of sqliteFile(tables, keeper)) {
    chunks.push(chunk.length)
    await file.write(chunk)
  }
  await file.close()
  return { db: new DatabaseSync(path, { readOnly: true }), chunks }
}

function tableOf(rowCount: number, row: (rowid: number) => Row, name = 'things'): FileTable {
  return {
    name,
    columns: 'id INTEGER PRIMARY KEY, body, number',
    rowCount,
    *rows() {
      for (let rowid = 1; rowid <= rowCount; rowid += 1) yield row(rowid)
    },
  }
}

const plain = (rowid: number): Row => [null, `body ${rowid}`, rowid * 3]
const intact = (db: DatabaseSync) => db.prepare('PRAGMA integrity_check').all()
const ok = [{ integrity_check: 'ok' }]

describe('an interior page', () => {
  it('has place for its children, though their numbers be long', () => {
    const free: number[] = []
    for (const page of interiorPages(levelsOf(51 ** 4 * 39, 2))) {
      const view = new DataView(page.buffer)
      const [cells, content] = [view.getUint16(3), view.getUint16(5)]
      free.push(content - 12 - 2 * cells)
      if (free.length === 2_100) break // The two levels below the root, and some of the next.
    }
    expect(Math.min(...free)).toBe(0)
  })

  it('leaves out the page of the locks', () => {
    const lock = 2 ** 30 / 512 + 1
    expect([lock - 1, lock, lock + 1].map(placeOf)).toEqual([lock - 1, lock + 1, lock + 2])
  })
})

describe('a file', { timeout: 60_000 }, () => {
  it.each([0, 1, 2, 50, 51, 52, 53, 2_601, 2_602, 3_000, 200_000])(
    'of %i rows is whole, and finds each by its number',
    async (rowCount) => {
      const { db, chunks } = await write(tableOf(rowCount, plain))
      expect(intact(db)).toEqual(ok)
      const counted = db.prepare('SELECT count(*) AS n, sum(number) AS total FROM things').get()
      const total = rowCount === 0 ? null : (3 * rowCount * (rowCount + 1)) / 2
      expect({ ...counted }).toEqual({ n: rowCount, total })
      const find = db.prepare('SELECT body FROM things WHERE id = ?')
      for (let rowid = 1; rowid <= rowCount; rowid += Math.ceil(rowCount / 500))
        expect(find.get(rowid)).toEqual({ body: `body ${rowid}` })
      expect(chunks.slice(0, -1).every((bytes) => bytes === 64 * 1024)).toBe(true)
    },
  )

  it('keeps every length of text, around each at which it leaves its page', async () => {
    const lengths = [0, 1, 400, 20_000, 100_000]
    for (let length = 460; length < 480; length += 1) lengths.push(length)
    for (let length = 930; length < 1_500; length += 7) lengths.push(length)
    const text = (rowid: number) => '語é'.repeat(20_000).slice(0, lengths[rowid - 1])
    const ascii = (rowid: number) => 'abc'.repeat(40_000).slice(0, lengths[rowid - 1])
    for (const body of [text, ascii]) {
      const { db } = await write(tableOf(lengths.length, (rowid) => [null, body(rowid), rowid]))
      expect(intact(db)).toEqual(ok)
      const rows = db.prepare('SELECT body FROM things ORDER BY id').all()
      expect(rows.map((row) => row['body'])).toEqual(lengths.map((_, at) => body(at + 1)))
    }
  })

  it('keeps every kind of value', async () => {
    const powers = [0, 7, 8, 15, 16, 23, 24, 31, 32, 47, 48, 52].map((bits) => 2 ** bits)
    const numbers = [
      0,
      ...powers.flatMap((one) => [one, one - 1, -one, -one - 1]),
      1.5,
      -0.1,
      1e300,
    ]
    const values: RecordValue[] = [...numbers, null, '', 'a', '\u{1f600}']
    const { db } = await write(
      tableOf(values.length, (rowid) => [null, '', values[rowid - 1] ?? null]),
    )
    expect(intact(db)).toEqual(ok)
    const rows = db.prepare('SELECT number FROM things ORDER BY id').all()
    expect(rows.map((row) => row['number'])).toEqual(values)
  })

  it.each([1, 2, 39, 40])('holds %i tables, with long definitions', async (count) => {
    const tables = Array.from({ length: count }, (_, index) => ({
      ...tableOf(index * 7, plain, `table_${index}`),
      columns: `id INTEGER PRIMARY KEY, body, number ${'/* note */'.repeat(index * 8)}`,
    }))
    const { db } = await write(...tables)
    expect(intact(db)).toEqual(ok)
    for (const { name, rowCount } of tables)
      expect(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()).toEqual({ n: rowCount })
  })

  it('[LIM1] of no table, or of more than there is place for, is not begun', async () => {
    const tables = Array.from({ length: 41 }, (_, index) => tableOf(0, plain, `table_${index}`))
    await expect(write(...tables)).rejects.toThrow(RangeError)
    await expect(write()).rejects.toThrow(RangeError)
    await expect(write(tableOf(2 ** 28, plain))).rejects.toThrow(RangeError)
  })

  it('reads each row once: what changes under way breaks nothing off', async () => {
    let reading = 0
    const letters = ['a', 'b', 'c']
    const body = () => (letters[reading++ % 3] ?? '').repeat(900)
    const { db } = await write(tableOf(3, () => [null, body(), 1]))
    expect(intact(db)).toEqual(ok)
    const rows = db.prepare('SELECT body FROM things ORDER BY id').all()
    expect(rows.map((row) => row['body'])).toEqual(letters.map((letter) => letter.repeat(900)))
  })

  it('is not ended when rows are fewer or more than was said', async () => {
    await expect(write({ ...tableOf(3, plain), rowCount: 4 })).rejects.toThrow('4 rows')
    await expect(write({ ...tableOf(3, plain), rowCount: 2 })).rejects.toThrow('2 rows')
  })
})
