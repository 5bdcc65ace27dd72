import { describe, expect, it } from 'vitest'
import { asideBytesMax } from '../protocol/limits.ts'
import { nodeSql } from '../test/support/node-sql.ts'
import { SpilledPages } from './aside.ts'
import { PAGE_BYTES } from './sqlite-pages.ts'

const most = asideBytesMax / PAGE_BYTES
const page = (n: number) => Uint8Array.from({ length: PAGE_BYTES }, (_, at) => (n * 31 + at) % 256)

describe('what is laid aside', () => {
  it.each([
    [most - 1, 0],
    [most, 1],
    [most + 1, 1],
    [3 * most + 7, 3],
  ])('[LIM] comes back in order: of %i pages %i rows are spilled', (count, rows) => {
    const sql = nodeSql()
    const [one, other] = [new SpilledPages(sql, 'one'), new SpilledPages(sql, 'other')]
    for (let n = 0; n < count; n += 1) {
      one.put(page(n))
      other.put(page(n + 1))
    }
    const isThere = sql.run("SELECT 1 FROM sqlite_master WHERE name = 'aside'").length > 0
    const spilled = isThere ? sql.run("SELECT 1 FROM aside WHERE file = 'one'").length : 0
    expect(spilled).toBe(rows)
    other.clear()
    const back = [...one.pages()]
    expect(back.every((bytes, n) => Buffer.compare(bytes, page(n)) === 0)).toBe(true)
    expect(back).toHaveLength(count)
  })

  it('by an export that died is gone with the next life of its object', () => {
    const sql = nodeSql()
    const pages = new SpilledPages(sql, 'one')
    for (let n = 0; n < most; n += 1) pages.put(page(n))
    SpilledPages.clear(sql)
    expect(sql.run("SELECT 1 FROM sqlite_master WHERE name = 'aside'")).toEqual([])
    expect(() => [...pages.pages()]).toThrow()
    SpilledPages.clear(sql)
  })
})
