import { sql } from 'drizzle-orm'
import { afterEach, expect, it, vi } from 'vitest'
import { connect } from '../database/client.ts'
import { ObjectLog } from './log.ts'

afterEach(() => vi.restoreAllMocks())

function written(error: unknown): { line: string; entry: { error: Record<string, unknown> } } {
  const lines: string[] = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => lines.push(line))
  const log = new ObjectLog('info', () => ({ roomId: 'r' }))
  log.failure('archive', error, { failures: 2 })
  const [line = ''] = lines
  return { line, entry: JSON.parse(line) }
}

it('[S13] writes no statement and no parameter of a query that failed', async () => {
  const nowhere = connect('postgresql://a:b@localhost:9/c')
  const failed = nowhere.execute(sql`insert into messages values (${'our secret'})`)
  const { line, entry } = written(await failed.then(null, (error: unknown) => error))
  expect(line).not.toMatch(/secret|insert|messages/)
  expect(entry).toMatchObject({ level: 'error', event: 'archive', roomId: 'r', failures: 2 })
  expect(entry.error).toMatchObject({ name: 'Failure', code: 'unavailable' })
})

it('writes the words and the place of an error of ours', () => {
  const { entry } = written(new Error('Only members are attached.'))
  expect(entry.error).toMatchObject({ name: 'Error', message: 'Only members are attached.' })
  expect(entry.error['stack']).toContain('log.test.ts')
  expect(written('odd').entry.error['message']).toBe('odd')
})

it('[OPS3] has these keys and no other, a line an entry', () => {
  const { line, entry } = written(new Error('Only members are attached.'))
  expect(line).not.toContain('\n')
  expect(Object.keys(entry)).toEqual(['level', 'event', 'roomId', 'failures', 'error'])
  expect(Object.keys(entry.error)).toEqual(['name', 'message', 'stack'])
})

it.each([
  ['info', 2],
  ['warn', 2],
  ['error', 1],
  ['silent', 0],
  [undefined, 2],
])('[OPS3] at level %s writes %i of a warning and a failure', (level, expected) => {
  const lines: string[] = []
  for (const of of ['warn', 'error'] as const) {
    vi.spyOn(console, of).mockImplementation((line: string) => lines.push(line))
  }
  const log = new ObjectLog(level)
  log.warning('storage')
  log.failure('archive', new Error('No.'))
  expect(lines.length).toBe(expected)
})
