// Sockets that only wait, beside those of a bare object: what they hold and whether they cost time.
// `npm run bench:idle-memory -- --sockets 8000 --rounds 3`

import { parseArgs } from 'node:util'
import type WebSocket from 'ws'
import { roomOf } from '../test/support/parley.ts'
import { socketsOf, startBare } from './support/bare.ts'
import { asBrowser } from './support/browser-headers.ts'
import { waitMs } from './support/clock.ts'
import { cpuNanoseconds } from './support/cpu.ts'
import { against, grouped, inTurn, median } from './support/figures.ts'
import { residentBytes } from './support/memory.ts'
import { startParleyRoom, wireOf } from './support/parley-room.ts'
import { openSocket, type Wire } from './support/wire.ts'

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '8000' },
    rounds: { type: 'string', default: '3' },
  },
})
const sockets = Number(values.sockets)

/** Few accounts, for a password's hash is slow: 400 sockets a room, each member with as many as may be. */
const members = 40
const socketsPerMember = 10
const socketsPerRoom = members * socketsPerMember
const rooms = Math.ceil(sockets / socketsPerRoom)
const goal = 1.15

/** Opened this many at a time, as a cut of all of them would be spread. */
const openedAtOnce = 50
/** Objects sleep after ten quiet seconds; what follows is rest. */
const settleMs = 12_000
const watchedMs = 5_000

interface Idle {
  readonly bytesPerSocket: number
  /** Milliseconds of processor time in a second. */
  readonly cpuMsPerSecond: number
}

interface Waiting {
  readonly pid: number
  wire(n: number): Wire
  stop(): Promise<void>
}

const starts = { ours: startOurs, floor: startFloor }
const results: Record<keyof typeof starts, Idle[]> = { ours: [], floor: [] }
await inTurn(Number(values.rounds), ['ours', 'floor'] as const, async (who) => {
  results[who].push(await measure(await starts[who]()))
})
report()

async function startOurs(): Promise<Waiting> {
  const { server, people, room } = await startParleyRoom({ people: members })
  const all = [room]
  while (all.length < rooms) all.push(await roomOf(people[0]!, people.slice(1)))
  return {
    pid: server.workerd.pid,
    wire: (n) => {
      const person = people[Math.floor(n / socketsPerMember) % members]!
      return wireOf(server, all[Math.floor(n / socketsPerRoom)]!, person)
    },
    stop: () => server.stop(),
  }
}

async function startFloor(): Promise<Waiting> {
  const workerd = await startBare('bare-idle.ts')
  return {
    pid: workerd.pid,
    wire: (n) => ({
      ...{ kind: 'text', protocols: [] },
      address: `${socketsOf(workerd)}/${Math.floor(n / socketsPerRoom)}`,
    }),
    stop: () => workerd.stop(),
  }
}

async function measure(target: Waiting): Promise<Idle> {
  const first = await open(target, 0, Math.min(sockets, 100)) // What the first ones load is not theirs.
  const before = await residentBytes(target.pid)
  const rest = await open(target, first.length, sockets)
  await waitMs(settleMs)
  const grown = (await residentBytes(target.pid)) - before
  const busyBefore = await cpuNanoseconds(target.pid)
  await waitMs(watchedMs)
  const busy = (await cpuNanoseconds(target.pid)) - busyBefore

  const all = [...first, ...rest]
  const stillOpen = all.filter(({ readyState }) => readyState === 1).length
  if (stillOpen !== sockets)
    throw new Error(`${sockets - stillOpen} sockets were closed: no result.`)
  for (const socket of all) socket.terminate()
  await target.stop()
  return { bytesPerSocket: grown / rest.length, cpuMsPerSecond: busy / 1e6 / (watchedMs / 1000) }
}

async function open(target: Waiting, from: number, to: number): Promise<WebSocket[]> {
  const opened: WebSocket[] = []
  for (let n = from; n < to; n += openedAtOnce) {
    const batch = Array.from({ length: Math.min(openedAtOnce, to - n) }, (_, k) => n + k)
    const wires = batch.map((number) => asBrowser(target.wire(number)))
    opened.push(...(await Promise.all(wires.map(openSocket))))
  }
  return opened
}

function report(): void {
  const middle = (who: keyof typeof results, pick: (idle: Idle) => number) =>
    median(results[who].map(pick))
  const [ours, floor] = (['ours', 'floor'] as const).map((who) => ({
    bytes: middle(who, ({ bytesPerSocket }) => bytesPerSocket),
    cpu: middle(who, ({ cpuMsPerSecond }) => cpuMsPerSecond),
  }))
  if (!ours || !floor) return
  const told = ({ bytes, cpu }: typeof ours) =>
    `${(bytes / 1024).toFixed(1)} KiB a socket, ${cpu.toFixed(2)} ms CPU a second`
  console.log(
    `idle-memory, ${grouped(sockets)} sockets in ${rooms} rooms: ${told(ours)}, ` +
      `${against(goal, ours.bytes, floor.bytes)} a bare object (${told(floor)}); goal no CPU`,
  )
}
