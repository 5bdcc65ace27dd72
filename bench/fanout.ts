// Fan-out beside a bare object, Node `ws` and Socket.IO, in one run. `npm run bench:fanout -- --rounds 5`

import { parseArgs } from 'node:util'
import { fanOut, type Round, senders, type Workload } from './support/fan-out.ts'
import { inTurn, lateness, median, timely } from './support/figures.ts'
import { bareObject, nodeWs, parley, socketIo, type Target } from './support/targets.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', multiple: true, default: [] as string[] },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)

/** A bare object saturates at some 30,000 deliveries a second: both are measured below that. */
const workloads: Record<string, Workload> = {
  quiet: { receivers: 500, messagesPerSecond: 20, seconds },
  busy: { receivers: 200, messagesPerSecond: 100, seconds },
  'busy, full': { receivers: 200, messagesPerSecond: 200, seconds },
}

const starts = { parley, bareObject, nodeWs, socketIo }

/** performance.md's goals for ours: CPU a delivery as a ratio, p99 in milliseconds. */
const goals: Record<string, { bareObject: number; ws?: number; p99Ms?: number }> = {
  quiet: { bareObject: 1.15 },
  busy: { bareObject: 0.4, ws: 1, p99Ms: 60 },
  'busy, full': { bareObject: 0.4, ws: 1, p99Ms: 60 },
}

for (const [name, workload] of Object.entries(workloads)) {
  if (values.only.length > 0 && !values.only.includes(name)) continue
  const results = new Map<string, Round[]>()
  await inTurn(rounds, Object.values(starts), async (start) => {
    const { key, measured } = await soundRound(start, workload)
    results.set(key, [...(results.get(key) ?? []), measured])
  })
  report(name, workload, results)
}

/** Whatever the generator's lateness, the server's bill stands; a message lost or doubled voids it. */
async function soundRound(start: (sockets: number) => Promise<Target>, workload: Workload) {
  const target = await start(workload.receivers + senders)
  const measured = await fanOut(target, workload)
  await target.stop()
  const key = `${target.name} (${target.durability})`
  if (measured.faults > 0)
    throw new Error(`${key} ${measured.faults} lost, doubled or reordered: no result.`)
  return { key, measured }
}

function report(name: string, workload: Workload, results: Map<string, Round[]>): void {
  const middle = new Map([...results].map(([key, all]) => [key, medians(all)]))
  const ours = [...middle].find(([key]) => key.startsWith('parley'))?.[1]
  console.log(
    `fanout ${name}: ${workload.receivers} receivers, ${workload.messagesPerSecond} messages/s`,
  )
  const goal = goals[name]
  const aims = [
    `≤ ${goal?.bareObject}× a bare object`,
    ...(goal?.ws === undefined ? [] : [`≤ ${goal.ws}× ws`]),
    ...(goal?.p99Ms === undefined ? [] : [`p99 ≤ ${goal.p99Ms} ms`]),
  ]
  console.log(`  goal: ${aims.join(', ')}`)
  for (const [key, { cpu, p50, p99, count, late }] of middle) {
    const ratio = ours
      ? `ours is ${(ours.cpu / cpu).toFixed(2)}× CPU, ${(ours.p99 / p99).toFixed(2)}× p99`
      : ''
    console.log(
      `  ${key.padEnd(34)} ${cpu.toFixed(1)} µs CPU a delivery  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ${ratio}  (${count} rounds${late})`,
    )
  }
}

/** Latency from the rounds in which the generator kept its time, or from all where it never did. */
function medians(all: Round[]) {
  const timed = timely(all)
  const middle = (rounds: readonly Round[], pick: (round: Round) => number) =>
    median(rounds.map(pick))
  return {
    cpu: middle(all, (round) => round.cpuMicrosecondsPerDelivery),
    p50: middle(timed, (round) => round.p50Ms),
    p99: middle(timed, (round) => round.p99Ms),
    count: all.length,
    late: lateness(all),
  }
}
