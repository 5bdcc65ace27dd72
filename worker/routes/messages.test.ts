// What people do with messages, over HTTP: the room's own code, so here only the way to it.

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { History, Posted, ReadMark, SearchResults } from '../../protocol/api/messages.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { type Person, roomOf, wideLimits } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')

const post = (by: Person, room: RoomId, body: string, more: object = {}) =>
  by.ask<Posted>('POST', `/rooms/${room}/messages`, { id: uuidv7(), body, ...more })

const messageAt = async (room: RoomId, seq: number) => {
  const { body } = await ann.ask<History>('GET', `/rooms/${room}/messages?around=${seq}`)
  return body.messages.find((message) => message.seq === seq)
}

/** Notices take seqs, too. */
const at = async (answer: Promise<{ body: Posted }>) => (await answer).body.seq

it('[SND5] posts an answer that names people, of whom strangers are dropped', async () => {
  const room = await roomOf(ann, [bob])
  const question = await at(post(ann, room, 'Tea?'))
  const mentions = [ann.id, uuidv7()]
  const answer = await at(post(bob, room, 'Yes', { replyTo: question, mentions }))
  expect(await messageAt(room, answer)).toMatchObject({ replyTo: question, mentions: [ann.id] })
  expect(code(await post(bob, room, 'Hm', { replyTo: 0 }))).toEqual([400, 'invalid'])
})

it('[SND6] edits and deletes, and a deleted message has nothing left', async () => {
  const room = await roomOf(ann, [bob])
  const seq = await at(post(bob, room, 'Canary'))
  const path = `/rooms/${room}/messages/${seq}`
  const edited = await bob.ask<Posted>('PATCH', path, { body: 'Parrot' })
  expect([edited.status, edited.body.seq]).toEqual([200, seq])
  expect(await messageAt(room, seq)).toMatchObject({ body: 'Parrot', editedAt: edited.body.at })
  expect(code(await ann.ask('PATCH', path, { body: 'Mine' }))).toEqual([403, 'forbidden'])

  const deleted = await ann.ask<Posted>('DELETE', path)
  const again = await ann.ask<Posted>('DELETE', path)
  expect([deleted.status, again.status, again.body.rev]).toEqual([200, 200, deleted.body.rev])
  expect(await messageAt(room, seq)).toMatchObject({ body: '', deletedAt: deleted.body.at })
  expect(code(await bob.ask('PATCH', path, { body: 'Back' }))).toEqual([409, 'messageGone'])
})

it.each(['👍', '👩‍👩‍👧‍👦', '#️⃣', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'])(
  '[SND7] sets and takes back %s, once each',
  async (emoji) => {
    const room = await roomOf(ann, [bob])
    const seq = await at(post(ann, room, 'Cake'))
    const path = `/rooms/${room}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`
    const set = await bob.ask<Posted>('PUT', path)
    const twice = await bob.ask<Posted>('PUT', path)
    expect([set.status, twice.status, twice.body.rev]).toEqual([200, 200, set.body.rev])
    expect((await messageAt(room, seq))?.reactions).toEqual({ [emoji]: [bob.id] })
    expect((await bob.ask('DELETE', path)).status).toBe(200)
    expect((await messageAt(room, seq))?.reactions).toEqual({})
  },
)

it('[V-14] finds no message that is none, and no reaction that is no emoji', async () => {
  const room = await roomOf(ann)
  const seq = await at(post(ann, room, 'One'))
  for (const place of ['0', String(seq + 1), '-1', '1.5', 'x', '9007199254740993', uuidv7()]) {
    const path = `/rooms/${room}/messages/${place}`
    expect(code(await ann.ask('PATCH', path, { body: 'x' }))).toEqual([404, 'notFound'])
    expect(code(await ann.ask('DELETE', path))).toEqual([404, 'notFound'])
    expect(code(await ann.ask('PUT', `${path}/reactions/👍`))).toEqual([404, 'notFound'])
  }
  for (const emoji of ['a', '%F0%9F%91', '👍👍', '__proto__']) {
    const path = `/rooms/${room}/messages/${seq}/reactions/${emoji}`
    expect(code(await ann.ask('PUT', path))).toEqual([404, 'notFound'])
  }
})

it('[SND8] moves a read mark forward, never back and never beyond the head', async () => {
  const room = await roomOf(ann, [bob])
  const seq = await at(post(ann, room, 'One'))
  const mark = async (to: number) =>
    (await bob.ask<ReadMark>('PUT', `/rooms/${room}/read`, { seq: to })).body
  expect(await mark(seq)).toEqual({ seq })
  expect(await mark(0)).toEqual({ seq })
  expect(await mark(1_000_000)).toEqual({ seq })
  for (const bad of [-1, 1.5, '1', null]) {
    const refused = await bob.ask('PUT', `/rooms/${room}/read`, { seq: bad })
    expect(code(refused)).toEqual([400, 'invalid'])
  }
})

it('searches a room: by words, people and time, page by page', async () => {
  const room = await roomOf(ann, [bob])
  const first = await at(post(ann, room, 'Grüße aus 東京'))
  const second = await at(post(bob, room, 'GRUSSE zurück'))
  const find = async (asked: string) => {
    const path = `/rooms/${room}/search?${asked}`
    const { body } = await bob.ask<SearchResults>('GET', path)
    return { ...body, seqs: body.hits.map(({ seq }) => seq) }
  }
  expect((await find('query=gru')).seqs).toEqual([second, first])
  expect((await find(`query=grusse&from=${ann.id}`)).seqs).toEqual([first])
  expect((await find(`query=${encodeURIComponent('東京')}`)).hits[0]).toMatchObject({
    ...{ seq: first, authorId: ann.id, text: 'Grüße aus 東京', marks: [[10, 12]] },
  })
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  expect((await find(`query=gru&after=${tomorrow}`)).seqs).toEqual([])
  expect((await find(`query=gru&before=${tomorrow}`)).seqs).toEqual([second, first])
  const page = await find('query=gru&limit=1')
  expect(page.seqs).toEqual([second])
  const rest = await find(`query=gru&limit=1&cursor=${page.next}`)
  expect([rest.seqs, rest.next]).toEqual([[first], null])
  for (const bad of ['', 'query=', 'query=a&from=nobody', 'query=a&before=soon', 'query=a&x=1']) {
    expect(code(await bob.ask('GET', `/rooms/${room}/search?${bad}`))).toEqual([400, 'invalid'])
  }
})
