// What people read in a room of a million messages, each beside the same in a room of a thousand.
// `npm run bench:history -- --messages 1000000 --tries 40`

import { parseArgs } from 'node:util'
import type { History } from '../protocol/api/messages.ts'
import type { RoomId } from '../protocol/ids.ts'
import { roomOf } from '../test/support/parley.ts'
import { nowMs } from './support/clock.ts'
import { against, grouped } from './support/figures.ts'
import { fill, filledRoomEntry } from './support/filled.ts'
import { startParleyRoom, wireOf } from './support/parley-room.ts'
import { resume } from './support/resume.ts'
import { compare, type Read, type Rooms, type Size } from './support/two-rooms.ts'
import { plainMessages } from './support/write-cost.ts'
import { words } from './workers/bodies.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    tries: { type: 'string', default: '40' },
  },
})
const tries = Number(values.tries)
const pageRows = 50
const smallMessages = 1_000
const largeMessages = Number(values.messages)

const started = await startParleyRoom({ people: 1, entry: filledRoomEntry })
const { server, people, room: large } = started
const person = people[0]!
const small = await roomOf(person)
await reportWrites(await roomOf(person))

await server.postgres.close() // Or it would take a million rows from the room while we measure.
const startMs = nowMs()
await fill(server, small, person, { to: smallMessages })
await fill(server, large, person, { to: largeMessages })
console.log(
  `history: ${grouped(largeMessages)} messages beside ${grouped(smallMessages)}, all as posted ` +
    `(stored before sent), written in ${((nowMs() - startMs) / 1000).toFixed(0)} s`,
)

const sizes: Rooms['sizes'] = {
  large: { room: large, messages: largeMessages },
  small: { room: small, messages: smallMessages },
}
const rooms: Rooms = { server, sizes, tries }

/** Places differ from try to try, or only a cache would be measured. */
const somewhere = (size: Size) => 100 + Math.floor(Math.random() * (size.messages - 200))
const pages = {
  'page, newest': page(() => ''),
  'page, middle': page(
    ({ messages }) => `&before=${messages / 2 + Math.floor(Math.random() * 100)}`,
  ),
  'page, oldest': page(() => `&before=${pageRows + 1 + Math.floor(Math.random() * 100)}`),
  'page, around a message': page((size) => `&around=${somewhere(size)}`),
}
const { medians, rowsReadMax } = await compare(pages, rooms)
const [newest = 0, oldest = 0] = ['page, newest', 'page, oldest'].map((name) => medians.get(name))
console.log(
  `history oldest beside newest: ${against(1.2, oldest, newest)}; ` +
    `rows read beside returned: ${against(1.1, rowsReadMax, pageRows)}`,
)
const places = await placesToResume()
await compare(
  {
    'resume of 1,000 changes': async ({ room }) => {
      await resume(wireOf(server, room, person, places.get(room)), 1_000)
    },
  },
  rooms,
)
await compareSearches()
await server.workerd.stop()

function page(place: (size: Size) => string): Read {
  return async (size) => {
    const path = `/rooms/${size.room}/messages?limit=${pageRows}${place(size)}`
    const { status, body } = await person.ask<History>('GET', path)
    if (status !== 200 || body.messages.length !== pageRows) throw new Error(`${path}: ${status}`)
  }
}

/** Nobody writes any more, so where a thousand changes ago was stays where it is. */
async function placesToResume(): Promise<Map<RoomId, string>> {
  const places = Object.values(sizes).map(async ({ room }): Promise<[RoomId, string]> => {
    const { body } = await person.ask<History>('GET', `/rooms/${room}/messages?limit=1`)
    return [room, `?epoch=${body.epoch}&after=${body.rev - 1_000}`]
  })
  return new Map(await Promise.all(places))
}

/** Only where the Worker has the route. */
async function compareSearches(): Promise<void> {
  const search =
    (word: string): Read =>
    async ({ room }) => {
      const path = `/rooms/${room}/search?query=${word}`
      const { status, body } = await person.ask<{ hits: unknown[] }>('GET', path)
      if (status !== 200 || body.hits.length === 0) throw new Error(`${path}: ${status}`)
    }
  const probe = await person.ask('GET', `/rooms/${small}/search?query=${words.once}`)
  if (probe.status === 404) return console.log('history search: this Worker has no such route')
  await compare(
    {
      'search, a word of one message': search(words.once),
      'search, a word of one in twenty': search(words.seldom),
      'search, a word of every message': search(words.always),
      'search, the start of that word': search(words.start),
    },
    rooms,
  )
}

async function reportWrites(room: RoomId): Promise<void> {
  const { own, mirrors, messages, rowsWritten } = await plainMessages(server, room, person)
  console.log(
    `history rows written a plain message: ${own.toFixed(2)} (goal ≤ 3${own <= 3 ? '' : ', missed'}), ` +
      `and ${mirrors.toFixed(2)} to mirror it, over ${messages}: ${JSON.stringify(rowsWritten)}`,
  )
}
