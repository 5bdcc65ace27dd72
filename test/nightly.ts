// The long forms: the same test files with larger numbers. `npm run test:nightly -- --only R1,R24 --seed 7`

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs, stripVTControlCharacters } from 'node:util'

interface LongForm {
  readonly id: string
  readonly file: string
  /** What the file reads its numbers from, and how large they are by night. */
  readonly sizes: Record<string, number>
  /** Numbers that say nothing of length. */
  readonly fixed?: Record<string, number>
  /** So often, each time from another seed: what one run's tokens do not outlive. */
  readonly times?: number
  /** Starts servers of its own: one at a time. */
  readonly isSystem: boolean
}

const acknowledged = { ACKNOWLEDGED_A_KILL: 200 } // 60,000 of 300 kills.

/** The longest first, so that no lane is left with it at the end. */
const longForms: readonly LongForm[] = [
  { id: 'R24', file: 'test/simulation.test.ts', sizes: { SIMULATIONS: 20_000 }, isSystem: false },
  { id: 'R7', file: 'web/store/schedules.test.ts', sizes: { SCHEDULES: 10_000 }, isSystem: false },
  { id: 'R25', file: 'test/long-run.test.ts', sizes: { LONG_RUN_SECONDS: 1_200 }, isSystem: true },
  {
    ...{ id: 'S6', file: 'test/fuzz.test.ts', isSystem: true },
    ...{ sizes: { FRAMES: 90_000, REQUESTS: 10_000 }, times: 10 },
  },
  {
    ...{ id: 'R1', file: 'test/kill.test.ts', sizes: { KILLS: 300 }, isSystem: true },
    fixed: acknowledged,
  },
  {
    ...{ id: 'R3', file: 'test/order.test.ts', sizes: { EACH: 20_000 }, isSystem: true },
    fixed: { SENDERS: 10 },
  },
  { id: 'R13', file: 'test/outage.test.ts', sizes: { OUTAGE_SECONDS: 300 }, isSystem: true },
  {
    ...{ id: 'R20', file: 'test/presence-lease.test.ts', sizes: {}, isSystem: true },
    fixed: { PARLEY_NIGHTLY: 1 },
  },
  { id: 'R9', file: 'durable/converging.test.ts', sizes: { PLAYS_TIMES: 10 }, isSystem: false },
  { id: 'S4', file: 'test/ban.test.ts', sizes: { TRIALS: 200 }, isSystem: true },
  {
    ...{ id: 'S16', file: 'worker/routes/guessing.test.ts', sizes: { TRIALS: 5_000 } },
    isSystem: true,
  },
  {
    ...{ id: 'S15', file: 'worker/routes/timing.test.ts', sizes: { TRIALS: 400 } },
    isSystem: true,
  },
  { id: 'R17', file: 'test/slow-reader.test.ts', sizes: {}, isSystem: true },
  { id: 'S32', file: 'test/half-open.test.ts', sizes: { HALF_OPEN: 5_000 }, isSystem: true },
  { id: 'R2', file: 'test/mutants.test.ts', sizes: {}, isSystem: false },
]

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1e9)) },
    only: { type: 'string' },
    lanes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    /** 0.1: everything at a tenth of its size. */
    scale: { type: 'string', default: '1' },
  },
})
const { seed } = values
const scale = Number(values.scale)
const only = values.only?.split(',')
const waiting = longForms.filter(({ id }) => only?.includes(id) ?? true)

let passed = 0
let failed = 0
let isServing = false

async function lane(): Promise<void> {
  while (waiting.length > 0) {
    const place = waiting.findIndex(({ isSystem }) => !(isSystem && isServing))
    if (place < 0) return // The other lane sees to those.
    const [form] = waiting.splice(place, 1)
    if (!form) return
    isServing ||= form.isSystem
    await run(form)
    if (form.isSystem) isServing = false
  }
}

async function run({ id, file, sizes, fixed = {}, times = 1, isSystem }: LongForm) {
  const scaled = Object.entries(sizes).map(
    ([name, size]) => [name, String(Math.ceil(size * scale))] as const,
  )
  const given = Object.entries(fixed).map(([name, value]) => [name, String(value)] as const)
  const numbers = Object.fromEntries([...scaled, ...given])
  const startedMs = performance.now()
  let code: number | null = 0
  let output = ''
  for (let turn = 0; turn < times && code === 0; turn += 1) {
    const from = String(Number(seed) + turn)
    const env = { ...process.env, ...numbers, PARLEY_SEED: from, SEED: from }
    ;({ code, output } = await vitest(file, isSystem ? ['system', 'alone'] : ['unit'], env))
  }
  const seconds = Math.round((performance.now() - startedMs) / 1_000)
  if (code === 0) passed += 1
  else failed += 1
  const said = code === 0 ? figureIn(output) : undefined
  const figure = said ?? [`${times} ×`, ...scaled.flat()].join(' ')
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${id}: ${figure}; ${seconds} s, seed ${seed}`)
  if (code !== 0) console.log(output.slice(-6_000))
}

/** What the test says of itself: the last line that begins with a number. */
function figureIn(output: string): string | undefined {
  return output.split('\n').findLast((line) => /^\d[\d,]* [a-z]/.test(line))
}

function vitest(file: string, projects: readonly string[], env: NodeJS.ProcessEnv) {
  const chosen = projects.flatMap((project) => ['--project', project])
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...chosen, file]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => texts.push(stripVTControlCharacters(String(text))))
  }
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output: texts.join('') }))
  })
}

await Promise.all(Array.from({ length: Number(values.lanes) }, lane))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = passed > 0 && failed === 0 ? 0 : 1
