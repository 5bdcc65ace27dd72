// Messages stored and acknowledged, beside a bare object that stores and answers.
// `npm run bench:durable-ack -- --rounds 5`

import { parseArgs } from 'node:util'
import { cpuNanoseconds } from './support/cpu.ts'
import { against, inTurn, lateness, median, timely } from './support/figures.ts'
import { startSender } from './support/sender.ts'
import { bareObject, parley, type Target } from './support/targets.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
  },
})
const senders = 20
const messagesPerSecond = 1_000
const messages = messagesPerSecond * Number(values.seconds)

interface Round {
  readonly cpuMicroseconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slipMs: number
}

/**
 * Two floors, for ours does more than answer: its senders are people in a room, who hear one
 * another. The first does as much, and is what the goal is of; the second only answers.
 */
const starts = {
  ours: () => parley(senders, { people: senders }),
  tellsEveryone: () => bareObject(senders),
  onlyAnswers: () => bareObject(senders, 'the sender'),
}
type Name = keyof typeof starts
const names: readonly Name[] = ['ours', 'tellsEveryone', 'onlyAnswers']
const results = new Map<Name, Round[]>(names.map((name) => [name, []]))

await inTurn(Number(values.rounds), names, async (name) => {
  const target = await starts[name]()
  results.get(name)?.push(await measure(target))
  await target.stop()
})
report()

async function measure(target: Target): Promise<Round> {
  const wires = Array.from({ length: senders }, (_, n) => target.wire(n))
  const sender = await startSender({ wires, messages, messagesPerSecond, hearsAcks: true })
  const before = await cpuNanoseconds(target.pid)
  const { acks, slipMs } = await sender.sent
  const spent = (await cpuNanoseconds(target.pid)) - before
  await sender.stop()
  if (!acks || acks.faults > 0) {
    throw new Error(`${target.name}: ${acks?.faults} lost, doubled or reordered: no result.`)
  }
  return { ...acks, slipMs, cpuMicroseconds: spent / 1000 / messages }
}

function report(): void {
  const [ours, everyone, answers] = names.map((name) => {
    const rounds = results.get(name) ?? []
    const timed = timely(rounds)
    return {
      cpu: median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)),
      p50: median(timed.map(({ p50Ms }) => p50Ms)),
      p99: median(timed.map(({ p99Ms }) => p99Ms)),
      late: lateness(rounds),
    }
  })
  if (!ours || !everyone || !answers) return
  const told = ({ cpu, p50, p99, late }: typeof ours) =>
    `${cpu.toFixed(0)} µs CPU a message, p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms${late}`
  console.log(
    `durable-ack (stored before acknowledged), ${senders} senders, ${messagesPerSecond} messages/s: ` +
      `${told(ours)}; ${against(0.75, ours.cpu, everyone.cpu)} a bare object that tells everyone ` +
      `(${told(everyone)}); ${(ours.cpu / answers.cpu).toFixed(2)}× one that only answers (${told(answers)})`,
  )
}
