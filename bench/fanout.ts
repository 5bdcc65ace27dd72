// Fan-out beside a bare object, Node `ws` and Socket.IO, in one run. `npm run bench:fanout -- --rounds 5`

import { parseArgs } from 'node:util'
import { buildWorker } from '../test/support/build.ts'
import { fanOut, type Round, senders, type Workload } from './support/fan-out.ts'
import { bareObject, nodeWs, parley, socketIo, type Target } from './support/targets.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '4' } },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)

/** A bare object saturates at some 30,000 deliveries a second: both are measured below that. */
const workloads: Record<string, Workload> = {
  quiet: { receivers: 500, messagesPerSecond: 20, seconds },
  busy: { receivers: 200, messagesPerSecond: 100, seconds },
  'busy, full': { receivers: 200, messagesPerSecond: 200, seconds },
}

const slipMsMax = 2
const starts = { parley, bareObject, nodeWs, socketIo }

/** A round is void when messages were lost or the generator was late; it is run again this often. */
const triesMax = 4

/** performance.md's goals for ours: CPU a delivery as a ratio, p99 in milliseconds. */
const goals: Record<string, { bareObject: number; ws?: number; p99Ms?: number }> = {
  quiet: { bareObject: 1.15 },
  busy: { bareObject: 0.4, ws: 1, p99Ms: 60 },
  'busy, full': { bareObject: 0.4, ws: 1, p99Ms: 60 },
}

await buildWorker()
for (const [name, workload] of Object.entries(workloads)) {
  const results = new Map<string, Round[]>()
  for (let round = 0; round < rounds; round += 1) {
    for (const start of shuffled(Object.values(starts))) {
      const { key, measured } = await validRound(start, workload)
      results.set(key, [...(results.get(key) ?? []), measured])
    }
  }
  report(name, workload, results)
}

async function validRound(start: (sockets: number) => Promise<Target>, workload: Workload) {
  for (let tries = 1; ; tries += 1) {
    const target = await start(workload.receivers + senders)
    const measured = await fanOut(target, workload)
    await target.stop()
    const key = `${target.name} (${target.durability})`
    if (measured.faults > 0) throw new Error(`${key} lost, doubled or reordered: no result.`)
    if (measured.slipMs <= slipMsMax) return { key, measured }
    console.log(`  void: ${key}, the generator was ${measured.slipMs.toFixed(1)} ms late at p99`)
    if (tries === triesMax) throw new Error('This machine is too busy to measure anything.')
  }
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
  for (const [key, { cpu, p50, p99, count }] of middle) {
    const ratio = ours
      ? `ours is ${(ours.cpu / cpu).toFixed(2)}× CPU, ${(ours.p99 / p99).toFixed(2)}× p99`
      : ''
    console.log(
      `  ${key.padEnd(34)} ${cpu.toFixed(1)} µs CPU a delivery  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  (${count} rounds)  ${ratio}`,
    )
  }
}

function medians(all: Round[]) {
  const middle = (pick: (round: Round) => number) =>
    all.map(pick).toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!
  return {
    cpu: middle((round) => round.cpuMicrosecondsPerDelivery),
    p50: middle((round) => round.p50Ms),
    p99: middle((round) => round.p99Ms),
    count: all.length,
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
