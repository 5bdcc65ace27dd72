// A room taken away as a file, and put back.

import { once } from 'node:events'
import { request } from 'node:http'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { History } from '../../protocol/api/messages.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { requestBytesMax, restoreBytesMax } from '../../protocol/limits.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

const ndjson = { 'content-type': 'application/x-ndjson' }

const parley = await ownParley({ vars: wideLimits })
const { http } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')
const root = await signUpAdmin(parley, 'Root')

const exported = (room: RoomId, by = ann, more = '') =>
  fetch(`${parley.url}/api/v1/rooms/${room}/export${more}`, {
    headers: { authorization: `Bearer ${by.token}` },
  })

const restore = (room: RoomId, body: string, headers: Record<string, string> = ndjson, by = root) =>
  http('POST', `/admin/rooms/${room}/restore`, { token: by.token, body, headers })

const historyOf = async (room: RoomId) =>
  (await ann.ask<History>('GET', `/rooms/${room}/messages`)).body

it('exports lines or a database, as a file that no cache keeps', async () => {
  const room = await roomOf(ann, [bob])
  await ann.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body: 'Canary' })
  const lines = await exported(room)
  expect(Object.fromEntries(lines.headers)).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="parley-${room}.ndjson"`,
    'cache-control': 'no-store',
  })
  const text = await lines.text()
  expect(text.split('\n').some((line) => line.includes('Canary'))).toBe(true)

  const file = await exported(room, ann, '?format=sqlite')
  expect(file.headers.get('content-type')).toBe('application/vnd.sqlite3')
  expect(file.headers.get('content-disposition')).toContain(`"parley-${room}.sqlite"`)
  expect((await file.text()).slice(0, 15)).toBe('SQLite format 3')

  expect((await exported(room, bob)).status).toBe(403)
  expect((await exported(room, ann, '?format=exe')).status).toBe(400)
})

it('restores what was exported, for admins only, past the size of other bodies', async () => {
  const room = await roomOf(ann)
  for (let n = 0; n < 12; n += 1) {
    const body = `${n}`.repeat(4_000 / `${n}`.length)
    await ann.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body })
    await ann.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body })
  }
  const before = await historyOf(room)
  const text = await (await exported(room)).text()
  expect(text.length).toBeGreaterThan(requestBytesMax)
  await ann.ask('DELETE', `/rooms/${room}/messages/${before.last}`)

  expect(code(await restore(room, text, ndjson, ann))).toEqual([404, 'notFound'])
  expect((await restore(room, text)).status).toBe(200)
  const after = await historyOf(room)
  expect(after.epoch).not.toBe(before.epoch)
  const contents = ({ messages }: History) => messages.map(({ rev: _, ...message }) => message)
  expect(contents(after)).toEqual(contents(before))
})

it('restores nothing of a file that is torn, of another type, or of no room', async () => {
  const room = await roomOf(ann)
  await ann.ask('POST', `/rooms/${room}/messages`, { id: uuidv7(), body: 'Kept' })
  const text = await (await exported(room)).text()
  const torn = text.slice(0, text.lastIndexOf('\n', text.length - 2))
  expect((await restore(room, torn)).status).toBe(400)
  expect((await restore(room, 'x')).status).toBe(400)
  expect(code(await restore(room, text, {}))).toEqual([415, 'unsupportedMedia'])
  expect(code(await restore(uuidv7() as RoomId, text))).toEqual([404, 'notFound'])
  const kept = await historyOf(room)
  expect(kept.messages.map(({ body }) => body)).toContain('Kept')
})

it('[LIM4] takes no body that is said to be too long, and does not wait for it', async () => {
  const room = await roomOf(ann)
  const asked = request(`${parley.url}/api/v1/admin/rooms/${room}/restore`, {
    method: 'POST',
    headers: {
      ...ndjson,
      authorization: `Bearer ${root.token}`,
      'content-length': restoreBytesMax + 1,
    },
  })
  asked.write('{')
  const [answer] = await once(asked, 'response')
  expect(answer.statusCode).toBe(413)
  asked.destroy()
})
