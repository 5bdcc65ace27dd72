// What signing in and being signed in cost, each beside a route that does the least.
// `npm run bench:auth -- --rounds 5`

import { parseArgs } from 'node:util'
import type { SignedIn } from '../protocol/api/accounts.ts'
import { buildWorker } from '../test/support/build.ts'
import { startWorkerd } from '../test/support/workerd.ts'
import { nowMs } from './support/clock.ts'
import { against, inTurn, lateness, median, quantile, timely } from './support/figures.ts'
import { endWithUs } from './support/leash.ts'
import { startParleyRoom } from './support/parley-room.ts'
import { type Asked, ask, load, type Round } from './support/requests.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    tries: { type: 'string', default: '25' },
  },
})
const rounds = Number(values.rounds)
const perSecond = 200
const password = 'correct horse battery'

const { server, people } = await startParleyRoom({ people: 1 })
const person = people[0]!
const bare = await startWorkerd({
  modules: { 'index.js': await buildWorker('bench/workers/bare-routes.ts') },
  objects: { ROOMS: 'ChatRoom', LOGIN_GUARD: 'LoginGuard', METER: 'Meter' },
  vars: { DATABASE_URL: server.postgres.url },
})
endWithUs(bare)

const api = `${server.url}/api/v1`
const json = { 'content-type': 'application/json' }
const token = JSON.stringify({ token: person.token })
const post = (url: string, body: string): Asked => ({ url, method: 'POST', headers: json, body })
const get = (url: string, headers = {}): Asked => ({ url, method: 'GET', headers })

const loads = {
  validate: { pid: server.workerd.pid, asked: post(`${api}/auth/validate`, token) },
  'bare route': { pid: bare.pid, asked: post(`${bare.url}/bare`, token) },
  me: {
    pid: server.workerd.pid,
    asked: get(`${api}/users/me`, { authorization: `Bearer ${person.token}` }),
  },
  'one row': { pid: bare.pid, asked: get(`${bare.url}/account/${person.id}`) },
  'one round trip': { pid: bare.pid, asked: get(`${bare.url}/trip`) },
}
type Name = keyof typeof loads
const names = Object.keys(loads) as Name[]
const measured = new Map<Name, Round[]>(names.map((name) => [name, []]))

for (const { pid, asked } of Object.values(loads)) await load(asked, { pid, perSecond, seconds: 1 })
await inTurn(rounds, names, async (name) => {
  const { pid, asked } = loads[name]
  const round = await load(asked, { pid, perSecond, seconds: Number(values.seconds) })
  measured.get(name)?.push(round)
})
report('validate', 'bare route', 'a bare route that checks nothing')
report('me', 'one row', 'a bare route that reads the row, asking for no sign-in')
report('me', 'one round trip', 'a bare route that asks Postgres for nothing')
await reportSignIn()
await bare.stop()
await server.stop()

function report(ours: Name, floor: Name, said: string): void {
  const [one, other] = [ours, floor].map((name) => {
    const all = measured.get(name) ?? []
    const timed = timely(all)
    return {
      p50: median(timed.map(({ p50Ms }) => p50Ms)),
      p99: median(timed.map(({ p99Ms }) => p99Ms)),
      cpu: median(all.map(({ cpuMicroseconds }) => cpuMicroseconds)),
      late: lateness(all),
    }
  })
  if (!one || !other) return
  const told = ({ p50, p99, cpu, late }: typeof one) =>
    `p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms, ${cpu.toFixed(0)} µs CPU${late}`
  console.log(
    `auth ${ours}, ${perSecond} requests/s: ${told(one)}; ${against(1.3, one.p50, other.p50)} ` +
      `${said} by p50, ${(one.cpu / other.cpu).toFixed(2)}× by CPU (${told(other)})`,
  )
}

/** One after another: a hash holds the thread. */
async function reportSignIn(): Promise<void> {
  const hash = await ask({ url: `${bare.url}/hash`, method: 'POST', headers: {}, body: password })
  const me = JSON.parse(await ask(loads.me.asked)) as SignedIn['user']
  const login = JSON.stringify({ login: me.username, password, transport: 'body' })
  const kinds = {
    signIn: post(`${api}/auth/login`, login),
    match: post(`${bare.url}/match`, JSON.stringify({ password, hash })),
  }
  const times: Record<keyof typeof kinds, number[]> = { signIn: [], match: [] }
  await inTurn(Number(values.tries), Object.keys(kinds) as (keyof typeof kinds)[], async (kind) => {
    const startMs = nowMs()
    await ask(kinds[kind])
    times[kind].push(nowMs() - startMs)
  })
  const [ours, floor] = [median(times.signIn), median(times.match)]
  const more = ours - floor
  console.log(
    `auth sign-in: p50 ${ours.toFixed(1)} p90 ${quantile(times.signIn, 0.9).toFixed(1)} ms, ` +
      `${more.toFixed(1)} ms (goal ≤ 5 ms${more <= 5 ? '' : ', missed'}) over the hash alone ` +
      `(p50 ${floor.toFixed(1)} p90 ${quantile(times.match, 0.9).toFixed(1)} ms)`,
  )
}
