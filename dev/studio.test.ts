import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('studio says which database it needs, instead of trying one that is not there', () => {
  const { DATABASE_URL: _, ...env } = process.env
  const studio = spawnSync('npm', ['run', 'db:studio'], { env, encoding: 'utf8' })
  expect(studio.status).toBe(1)
  expect(studio.stderr).toContain('db:studio needs DATABASE_URL')
})
