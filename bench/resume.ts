// Coming back after a time away, beside a bare object that reads and sends the same rows.
// `npm run bench:resume -- --tries 30`

import { parseArgs } from 'node:util'
import { eq } from 'drizzle-orm'
import { connect } from '../database/client.ts'
import { rooms } from '../database/schema.ts'
import type { History } from '../protocol/api/messages.ts'
import type { RoomId } from '../protocol/ids.ts'
import type { Parley } from '../test/support/parley.ts'
import { socketsOf, startBare } from './support/bare.ts'
import { against, inTurn, median, quantile } from './support/figures.ts'
import { fill, filledRoomEntry } from './support/filled.ts'
import { startParleyRoom, wireOf } from './support/parley-room.ts'
import { type Resumed, resume } from './support/resume.ts'
import type { Wire } from './support/wire.ts'
import { bodyOf } from './workers/bodies.ts'

const { values } = parseArgs({ options: { tries: { type: 'string', default: '30' } } })
const tries = Number(values.tries)
const goals = [
  { missed: 100, ratio: 1.3 },
  { missed: 1_000, ratio: 1.3 },
  { missed: 10_000, ratio: 1.3, msMax: 40 },
]
const messages = 12_000

const ours = await startOurs()
const floor = await startFloor()
for (const goal of goals) report(goal, await compare(goal.missed))
await ours.stop()
await floor.stop()

/** A client that names its room's `epoch` and the rev from which it missed. */
async function startOurs() {
  const { server, people, room } = await startParleyRoom({ people: 1, entry: filledRoomEntry })
  const person = people[0]!
  await fill(server, room, person, { to: messages })
  await mirrored(server, room) // Or Postgres would take 12,000 rows from the room while we measure.
  const { body } = await person.ask<History>('GET', `/rooms/${room}/messages?limit=1`)
  return {
    wire: (missed: number): Wire =>
      wireOf(server, room, person, `?epoch=${body.epoch}&after=${body.rev - missed}`),
    stop: () => server.stop(),
  }
}

async function mirrored({ postgres }: Parley, room: RoomId): Promise<void> {
  const db = connect(postgres.url)
  const atHead = async () => {
    const [row] = await db.select({ seq: rooms.seq }).from(rooms).where(eq(rooms.id, room))
    return Number(row?.seq) >= messages
  }
  while (!(await atHead())) await new Promise((resolve) => setTimeout(resolve, 100))
}

async function startFloor() {
  const workerd = await startBare('bare-resume.ts')
  const author = crypto.randomUUID()
  const filling = { messages, author, body: bodyOf(1) }
  await fetch(workerd.url, { method: 'POST', body: JSON.stringify(filling) })
  return {
    wire: (missed: number, pageRows: number): Wire => ({
      kind: 'text',
      address: `${socketsOf(workerd)}/?after=${messages - missed}&rows=${pageRows}`,
      protocols: [],
    }),
    stop: () => workerd.stop(),
  }
}

/** Pages of the floor hold as many rows as ours do. */
async function compare(missed: number) {
  const [first] = await Promise.all([resume(ours.wire(missed), missed)])
  await resume(floor.wire(missed, first.pageRows), missed)
  const results = { ours: [] as Resumed[], floor: [] as Resumed[] }
  await inTurn(tries, ['ours', 'floor'] as const, async (who) => {
    const wire = who === 'ours' ? ours.wire(missed) : floor.wire(missed, first.pageRows)
    results[who].push(await resume(wire, missed))
  })
  return results
}

function report(
  { missed, ratio, msMax }: (typeof goals)[number],
  results: Record<'ours' | 'floor', Resumed[]>,
): void {
  const [mine, bare] = [results.ours, results.floor].map((all) => all.map(({ ms }) => ms))
  if (!mine || !bare) return
  const inTime =
    msMax === undefined ? '' : ` (goal ≤ ${msMax} ms${median(mine) <= msMax ? '' : ', missed'})`
  console.log(
    `resume of ${missed} (stored before sent), ${results.ours[0]?.pages} pages: ` +
      `p50 ${median(mine).toFixed(1)} ms${inTime} p99 ${quantile(mine, 0.99).toFixed(1)} ms, ` +
      `${against(ratio, median(mine), median(bare))} a bare object ` +
      `(p50 ${median(bare).toFixed(1)} p99 ${quantile(bare, 0.99).toFixed(1)} ms, ${results.floor[0]?.pages} pages)`,
  )
}
