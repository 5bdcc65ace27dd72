// What one person may do so often an hour. The guards' time stands still here.

import { expect, it } from 'vitest'
import { renamesFree, roomsMadeFree } from '../../protocol/account-limits.ts'
import { newcomer, password } from '../../test/support/accounts.ts'
import { buildWorker } from '../../test/support/build.ts'
import { countOf, inBunches } from '../../test/support/guessing.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { wideLimits } from '../../test/support/parley.ts'

const bundle = await buildWorker('test/workers/guards-at-will.ts')
const standing = await ownParley({ bundle, vars: { ...wideLimits, GUARDS: 'still' } })
const broken = await ownParley({ bundle, vars: { ...wideLimits, GUARDS: 'broken' } })

it('[LIM5] a person makes so many rooms, and no more', async () => {
  const [ann, bo] = [await newcomer(standing.http), await newcomer(standing.http)]
  const make = ({ ask }: typeof ann, n: number) =>
    ask('POST', '/rooms', { name: `Room ${n}`, visibility: 'private' })
  const answers = await inBunches(roomsMadeFree + 2, (n) => make(ann, n))
  expect([countOf(answers, 201), countOf(answers, 429)]).toEqual([roomsMadeFree, 2])
  expect((await make(bo, 0)).status).toBe(201)
})

it('[LIM5] a person changes their names so often, and the rest of it as they like', async () => {
  const { ask } = await newcomer(standing.http)
  const change = (patch: object) => ask('PATCH', '/users/me', patch)
  const answers = await inBunches(renamesFree + 2, (n) => change({ displayName: `Name ${n}` }))
  expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([renamesFree, 2])
  expect((await change({ username: 'another-name' })).status).toBe(429)
  expect((await change({ email: 'taken@example.com', password })).status).toBe(429) // [API3]
  expect((await change({ bio: 'Keeps bees.' })).status).toBe(200)
})

it('[LIM5] nobody is kept waiting where nobody can count', async () => {
  const { ask } = await newcomer(broken.http)
  expect((await ask('POST', '/rooms', { name: 'Room', visibility: 'private' })).status).toBe(201)
  expect((await ask('PATCH', '/users/me', { displayName: 'Another' })).status).toBe(200)
})
