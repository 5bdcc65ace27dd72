// Fifty who behave, beside one who never reads or one who floods: what the fifty notice of it, and
// what it costs the server. `npm run bench:slow-reader -- --rounds 5`

import { parseArgs } from 'node:util'
import { type Disturbance, type Habit, startDisturbers } from './support/disturbers.ts'
import { fanOut, type Round, senders, type Workload } from './support/fan-out.ts'
import { against, inTurn, lateness, median, timely } from './support/figures.ts'
import { watchGrowth } from './support/memory.ts'
import { benchLimits, startParleyRoom, wireOf } from './support/parley-room.ts'
import type { Target } from './support/targets.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '15' },
    flood: { type: 'string', default: '2000' },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const framesPerSecond = Number(values.flood) // Its allowance is five.

interface Scene {
  readonly workload: Workload
  readonly vars: Record<string, string>
  readonly habit: Habit
  /** How many have it, beside none. */
  readonly disturbers: number
  /** Of the healthy ones' p99 beside the same without them. */
  readonly goal: number
}

/** Long messages, or the kernel's buffers would hold all that the one who never reads is sent. */
const long = { receivers: 50, messagesPerSecond: 200, seconds, characters: 3_900 }
/** Real limits: four a second of each sender are within them, the flood is not. */
const short = { receivers: 50, messagesPerSecond: 80, seconds }
const scenes: Record<string, Scene> = {
  'one never reads': {
    ...{ workload: long, vars: benchLimits, habit: 'never reads', disturbers: 1, goal: 1.2 },
  },
  [`one floods with ${framesPerSecond} frames/s`]: {
    workload: short,
    vars: {},
    habit: 'floods',
    disturbers: 1,
    goal: 2,
  },
}
/** One socket's share would drown in the collector's noise; sixteen together stay under the room's cap. */
const crowd: Scene = {
  ...{ workload: { ...long, receivers: 1 }, vars: benchLimits },
  ...{ habit: 'never reads', disturbers: 16, goal: 1.2 },
}
const stalledBytesMax = 2 * 1024 * 1024

type Measured = Round & { readonly grownBytes: number; readonly disturbance: Disturbance | null }

for (const [name, scene] of Object.entries(scenes)) report(name, scene, await measureBoth(scene))
reportMemory(await measureBoth(crowd))

async function measureBoth(scene: Scene): Promise<Record<'beside' | 'alone', Measured[]>> {
  const results: Record<'beside' | 'alone', Measured[]> = { beside: [], alone: [] }
  await inTurn(rounds, ['beside', 'alone'] as const, async (which) => {
    results[which].push(await measure(scene, which === 'beside' ? scene.disturbers : 0))
  })
  return results
}

async function measure({ workload, vars, habit }: Scene, disturbers: number): Promise<Measured> {
  const { server, people, room } = await startParleyRoom({ people: senders + 2, vars })
  const pid = server.workerd.pid
  const target: Target = {
    ...{ name: 'parley', durability: 'stored before sent', pid, stop: () => server.stop() },
    wire: (n) => wireOf(server, room, people[n % senders]!),
  }
  const theirs = Array.from({ length: disturbers }, (_, n) =>
    wireOf(server, room, people[senders + (n % 2)]!),
  )
  const grown = await watchGrowth(pid)
  const started =
    disturbers > 0 ? await startDisturbers({ habit, wires: theirs, framesPerSecond }) : null
  const round = await fanOut(target, workload)
  const grownBytes = await grown()
  const disturbance = (await started?.stop()) ?? null
  await target.stop()
  if (round.faults > 0)
    throw new Error(`${habit}: the others missed or repeated ${round.faults}: no result.`)
  return { ...round, grownBytes, disturbance }
}

type Both = Awaited<ReturnType<typeof measureBoth>>

function report(name: string, { workload, goal }: Scene, { beside, alone }: Both): void {
  const [mine, quiet] = [beside, alone].map((all) => ({
    p50: median(timely(all).map(({ p50Ms }) => p50Ms)),
    p99: median(timely(all).map(({ p99Ms }) => p99Ms)),
    cpu: median(all.map(({ cpuMicrosecondsPerDelivery }) => cpuMicrosecondsPerDelivery)),
    late: lateness(all),
  }))
  if (!mine || !quiet) return
  const told = ({ p50, p99, cpu, late }: typeof mine) =>
    `p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(1)} µs CPU a delivery${late}`
  console.log(
    `slow-reader (stored before sent), ${workload.receivers} healthy, ${name}, ` +
      `${workload.messagesPerSecond} messages/s: ${told(mine)}, p99 ` +
      `${against(goal, mine.p99, quiet.p99)} the same without (${told(quiet)}); ${endings(beside)}`,
  )
}

function reportMemory({ beside, alone }: Both): void {
  const [more = 0, less = 0] = [beside, alone].map((all) =>
    median(all.map(({ grownBytes }) => grownBytes)),
  )
  const each = (more - less) / crowd.disturbers
  const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
  console.log(
    `slow-reader memory: ${mebibytes(each)} more at most for each that never reads (goal ≤ ` +
      `${mebibytes(stalledBytesMax)}${each <= stalledBytesMax ? '' : ', missed'}), of ` +
      `${crowd.disturbers}: grown by ${mebibytes(more)} beside ${mebibytes(less)}; ${endings(beside)}`,
  )
}

/** How the last round's ended, by close code. */
function endings(all: readonly Measured[]): string {
  const { closes = {}, frames = 0 } = all.at(-1)?.disturbance ?? {}
  const codes = Object.entries(closes).map(([code, times]) => `${times} closed ${code}`)
  const sent = frames > 0 ? `it sent ${frames}, ` : ''
  return `${sent}${codes.join(', ') || 'none closed'}`
}
