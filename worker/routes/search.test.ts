// Search over all of one's rooms: what the mirror found, as the rooms say it is by now.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { EverywhereResults, Posted } from '../../protocol/api/messages.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { type Person, roomOf } from '../../test/support/parley.ts'
import { code, create } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const { db } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')

/** Says it, and waits until the mirror has it. */
async function post(by: Person, room: RoomId, ...texts: string[]): Promise<number> {
  let last = 0
  for (const body of texts) {
    const message = { id: uuidv7(), body }
    const answer = await by.ask<Posted>('POST', `/rooms/${room}/messages`, message)
    expect(answer.status).toBe(201)
    last = answer.body.seq
  }
  const isThere = async () => {
    const { rows } = await db.execute(
      sql`select 1 from messages where room_id = ${room} and seq = ${last}`,
    )
    return rows.length
  }
  await expect.poll(isThere, { timeout: 10_000 }).toBe(1)
  return last
}

async function find(by: Person, query: string, more = '') {
  const path = `/search?query=${encodeURIComponent(query)}${more}`
  return (await by.ask<EverywhereResults>('GET', path)).body
}

const bodies = async (by: Person, query: string) =>
  (await find(by, query)).hits.map(({ text }) => text)

it('finds in every room of mine, best first, with the place of what was found', async () => {
  const word = `quokka${Date.now()}`
  const [one, other] = [await create(ann), await roomOf(bob, [ann])]
  const seq = await post(ann, one.id, `A ${word}`)
  await post(bob, other, `${word}, ${word} und ${word.toUpperCase()}`)
  expect(await bodies(ann, word)).toHaveLength(2)
  const [best, second] = (await find(ann, word.slice(0, 9))).hits
  expect(best).toMatchObject({ roomId: other, authorName: 'Bob', authorId: bob.id })
  expect(second).toMatchObject({
    ...{ roomId: one.id, roomName: one.name, seq, authorName: 'Ann', text: `A ${word}` },
    marks: [[2, 11]],
  })
  expect(await bodies(bob, word)).toHaveLength(1)
})

it('pages through hits as good as each other without missing or repeating one', async () => {
  const word = `wombat${Date.now()}`
  const room = await roomOf(ann)
  await post(ann, room, ...[0, 1, 2, 3, 4].map((n) => `${word} ${n}`))
  expect(await bodies(ann, word)).toHaveLength(5)
  const seen: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page = await find(ann, word, `&limit=2${next && `&cursor=${next}`}`)
    seen.push(...page.hits.map(({ text }) => text.slice(-1)))
    next = page.next
  }
  expect(seen).toEqual(['4', '3', '2', '1', '0'])
})

it('[V-6] shows nothing of a room one was put out of, be the mirror late', async () => {
  const word = `numbat${Date.now()}`
  const room = await roomOf(ann, [bob])
  await post(ann, room, word)
  expect(await bodies(bob, word)).toEqual([word])
  await ann.ask('DELETE', `/rooms/${room}/members/${bob.id}`)
  await db.execute(sql`update memberships set state = 'joined'
    where room_id = ${room} and user_id = ${bob.id}`)
  expect(await bodies(bob, word)).toEqual([])
  expect(await bodies(ann, word)).toEqual([word])
})

it('[SND6] finds nothing that was deleted, nor of a room that was', async () => {
  const word = `bilby${Date.now()}`
  const room = await roomOf(ann)
  const seq = await post(ann, room, word, `${word} again`)
  expect(await bodies(ann, word)).toHaveLength(2)
  await ann.ask('DELETE', `/rooms/${room}/messages/${seq}`)
  expect(await bodies(ann, word)).toEqual([word]) // Whatever the mirror still has.
  await ann.ask('DELETE', `/rooms/${room}`)
  expect(await bodies(ann, word)).toEqual([])
})

it('[SND4] finds what no parser of Postgres would leave as it is', async () => {
  const room = await roomOf(ann)
  const texts = [
    'https://example.com/a?b=1',
    'the of and',
    '東京タワー',
    '🦘',
    'Ёлка',
    'x'.repeat(4_000),
  ]
  await post(ann, room, ...texts)
  for (const text of texts)
    expect(await bodies(ann, text.slice(0, 50))).toContain(text.slice(0, 160))
  expect(await bodies(ann, '京タ')).toEqual(['東京タワー'])
  expect(await bodies(ann, '京ワ')).toEqual([])
  expect(await bodies(ann, 'елк')).toEqual(['Ёлка'])
})

it('[S10] takes a query for words, never for syntax', async () => {
  const room = await roomOf(ann)
  const text = "It's 50% of O'Neill & Sons | (draft) \\ end"
  await post(ann, room, text)
  for (const query of [
    "o'neill",
    '&sons',
    '(draft',
    'end\\',
    '50% | !draft',
    '<-> of',
    "';--end",
  ]) {
    expect([query, await bodies(ann, query)]).toEqual([query, expect.arrayContaining([text])])
  }
  for (const query of ['!?', '%', "'"]) expect(await bodies(ann, query)).toEqual([])
  const path = '/search?query=a&cursor='
  for (const cursor of ['x', 'e30', Buffer.from('{"rank":"1"}').toString('base64url')]) {
    expect(code(await ann.ask('GET', path + cursor))).toEqual([400, 'invalid'])
  }
  expect(code(await ann.ask('GET', '/search'))).toEqual([400, 'invalid'])
})

it('finds what was said in a room a moment ago, as it is by now', async () => {
  const room = await roomOf(ann)
  const [before, after] = [`dunnart${Date.now()}`, `kowari${Date.now()}`]
  const path = `/rooms/${room}/messages`
  const { body } = await ann.ask<Posted>('POST', path, { id: uuidv7(), body: before })
  await expect.poll(() => bodies(ann, before), { timeout: 10_000 }).toEqual([before])
  await ann.ask('PATCH', `${path}/${body.seq}`, { body: after })
  expect(await bodies(ann, before)).toEqual([]) // Be the mirror late.
  await expect.poll(() => bodies(ann, after), { timeout: 10_000 }).toEqual([after])
  expect(await bodies(ann, before)).toEqual([])
  await ann.ask('DELETE', `${path}/${body.seq}`)
  await expect.poll(() => bodies(ann, after), { timeout: 10_000 }).toEqual([])
})
