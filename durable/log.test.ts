import { sql } from 'drizzle-orm'
import { afterEach, expect, it, vi } from 'vitest'
import { connect } from '../database/client.ts'
import { logFailure } from './log.ts'

afterEach(() => vi.restoreAllMocks())

function written(error: unknown): { line: string; entry: { error: Record<string, unknown> } } {
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => lines.push(line))
  logFailure('archive', { room: 'r', failures: 2 }, error)
  const [line = ''] = lines
  return { line, entry: JSON.parse(line) }
}

it('[S13] writes no statement and no parameter of a query that failed', async () => {
  const nowhere = connect('postgresql://a:b@localhost:9/c')
  const failed = nowhere.execute(sql`insert into messages values (${'our secret'})`)
  const { line, entry } = written(await failed.then(null, (error: unknown) => error))
  expect(line).not.toMatch(/secret|insert|messages/)
  expect(entry).toMatchObject({ level: 'error', event: 'archive', room: 'r', failures: 2 })
  expect(entry.error).toMatchObject({ name: 'Failure', code: 'unavailable' })
})

it('writes the words and the place of an error of ours', () => {
  const { entry } = written(new Error('Only members are attached.'))
  expect(entry.error).toMatchObject({ name: 'Error', message: 'Only members are attached.' })
  expect(entry.error['stack']).toContain('log.test.ts')
  expect(written('odd').entry.error['message']).toBe('odd')
})
