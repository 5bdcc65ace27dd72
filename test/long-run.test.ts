// Everything that can go wrong at once, for as long as one has: in the end nothing is amiss. [R25]

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { RoomId } from '../protocol/ids.ts'
import { wholeHistory } from './support/kill-run.ts'
import { type Person, roomOf, signUp, startParley, wideLimits } from './support/parley.ts'
import { seeded, seedOf } from './support/random.ts'
import { RoomSocket } from './support/room-socket.ts'
import { Promises, Writer } from './support/writer.ts'

const seconds = Number(process.env['LONG_RUN_SECONDS'] ?? 6)
const seed = seedOf()

/** Beyond the first minutes memory must stay where it is. Meaningless in a short run, so only told there. */
const growthKibAMinuteMax = 1_024
const isLong = seconds >= 600

it(
  `[R25] ${seconds} s of kills, cuts, outages and stalled readers at once (seed ${seed})`,
  async () => {
    const random = seeded(seed)
    const parley = await startParley({
      vars: { ...wideLimits, ACCESS_TOKEN_SECONDS: String(seconds + 600) },
    })
    const people: Person[] = []
    for (let n = 0; n < 6; n += 1) people.push(await signUp(parley, `Writer${n}`))
    const rooms: RoomId[] = []
    for (let n = 0; n < 3; n += 1) rooms.push(await roomOf(people[0]!, people.slice(1)))
    const promises = new Map(rooms.map((room) => [room, new Promises()]))
    const writers = rooms.flatMap((room) =>
      people.map((person) => {
        const shared = { room, url: parley.url, promises: promises.get(room)! }
        return new Writer({ person, ...shared, wanted: Number.POSITIVE_INFINITY, aheadMax: 4 })
      }),
    )
    const connectAll = () => Promise.all(writers.map((writer) => writer.connect()))
    parley.postgres.faults = () => {
      const chance = random()
      if (chance < 0.1) return 'cutBefore'
      return chance < 0.2 ? 'cutAfter' : 'none'
    }
    await connectAll()
    const memory: { atMs: number; kib: number }[] = []
    const endsAt = Date.now() + seconds * 1_000
    while (Date.now() < endsAt) {
      const stalled = rooms.map((room) => new RoomSocket(parley.url, room, people[0]!.token))
      await Promise.all(stalled.map((socket) => socket.welcome()))
      for (const socket of stalled) socket.socket.pause()
      await new Promise((resolve) => setTimeout(resolve, 200 + random() * 1_500))
      for (const writer of writers) if (random() < 0.2) writer.cut()
      if (random() < 0.5) {
        await parley.workerd.kill()
        await parley.workerd.start()
      }
      for (const socket of stalled) socket.socket.terminate()
      await Promise.all(writers.filter(({ isCut }) => isCut).map((writer) => writer.gone()))
      await Promise.all(writers.filter(({ isCut }) => isCut).map((writer) => writer.connect()))
      memory.push({ atMs: Date.now(), kib: residentKib(parley.workerd.pid) })
    }
    for (const writer of writers) writer.stop()
    parley.postgres.faults = () => 'none'

    let acknowledged = 0
    for (const room of rooms) {
      const kept = promises.get(room)!
      kept.compare(await wholeHistory(people[0]!, room))
      expect(kept.violations.slice(0, 5)).toEqual([])
      acknowledged += kept.acknowledged.size
    }
    const growth = growthKibAMinute(memory.slice(Math.floor(memory.length / 3)))
    console.log(`${acknowledged} acknowledged, 0 lost; memory ${Math.round(growth)} KiB a minute`)
    if (isLong) expect(growth).toBeLessThan(growthKibAMinuteMax)
    await parley.stop()
  },
  (2 * seconds + 120) * 1_000, // To read it all in the end takes a while, too.
)

function residentKib(pid: number): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib)
}

/** The slope of a line through the middle of what was measured, by least squares. */
function growthKibAMinute(points: readonly { atMs: number; kib: number }[]): number {
  const meanAt = points.reduce((sum, { atMs }) => sum + atMs, 0) / points.length
  const mean = points.reduce((sum, { kib }) => sum + kib, 0) / points.length
  const over = points.reduce((sum, { atMs, kib }) => sum + (atMs - meanAt) * (kib - mean), 0)
  const under = points.reduce((sum, { atMs }) => sum + (atMs - meanAt) ** 2, 0)
  return under === 0 ? 0 : (over / under) * 60_000
}
