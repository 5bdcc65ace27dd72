// Fan-out beside a bare object, Node `ws` and Socket.IO, in one run. `npm run bench:fanout -- --rounds 5`

import { parseArgs } from 'node:util'
import { buildWorker } from '../test/support/build.ts'
import { fanOut, type Round, type Workload } from './support/fan-out.ts'
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

await buildWorker()
for (const [name, workload] of Object.entries(workloads)) {
  const results = new Map<string, Round[]>()
  for (let round = 0; round < rounds; round += 1) {
    for (const start of shuffled(Object.values(starts))) {
      const target: Target = await start(workload.receivers)
      const measured = await fanOut(target, workload)
      await target.stop()
      const key = `${target.name} (${target.durability})`
      const isValid = measured.faults === 0 && measured.slipMs <= slipMsMax
      if (isValid) results.set(key, [...(results.get(key) ?? []), measured])
      else console.log(`  void: ${key} ${JSON.stringify(measured)}`)
    }
  }
  report(name, workload, results)
}

function report(name: string, workload: Workload, results: Map<string, Round[]>): void {
  const middle = new Map([...results].map(([key, all]) => [key, medians(all)]))
  const ours = [...middle].find(([key]) => key.startsWith('parley'))?.[1]
  console.log(
    `fanout ${name}: ${workload.receivers} receivers, ${workload.messagesPerSecond} messages/s`,
  )
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
