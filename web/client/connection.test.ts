// The connection machine: every state against every input, then the rules that need figures.

import { describe, expect, it } from 'vitest'
import { next } from './connection.ts'
import { type Connection, type Input, isOpen, tickAtMs } from './connection-states.ts'

const untried = { attempt: 0, refusals: 0, renew: false }
const beat = { pingAtMs: 30_000, deadAtMs: null }

const states = {
  idle: { state: 'idle' },
  offline: { state: 'offline' },
  connecting: { state: 'connecting', sinceMs: 1_000, ...untried },
  catchingUp: { state: 'catchingUp', sinceMs: 1_000, beat, ...untried },
  live: { state: 'live', sinceMs: 1_000, beat, ...untried },
  waiting: { state: 'waiting', untilMs: 9_000, hinted: false, ...untried, attempt: 1 },
  hinted: { state: 'waiting', untilMs: 9_000, hinted: true, ...untried, attempt: 1 },
  asking: { state: 'asking', ...untried, refusals: 2 },
  signedOut: { state: 'signedOut' },
  stopped: { state: 'stopped', code: 'roomGone' },
} as const satisfies Record<string, Connection>

const inputs: Record<string, Input> = {
  start: { type: 'start', online: true },
  startOff: { type: 'start', online: false },
  end: { type: 'end' },
  noToken: { type: 'tokenMissing' },
  tokenLost: { type: 'tokenFailed' },
  behind: { type: 'frame', standing: 'behind' },
  caughtUp: { type: 'frame', standing: 'caughtUp' },
  pong: { type: 'pong' },
  weather: { type: 'closed', code: 1006 },
  badFrame: { type: 'closed', code: 4400 },
  expired: { type: 'closed', code: 4401 },
  banned: { type: 'closed', code: 4403 },
  gone: { type: 'closed', code: 4404 },
  slow: { type: 'closed', code: 4408 },
  outdated: { type: 'closed', code: 4409 },
  tooMany: { type: 'closed', code: 4429, retryAfterMs: 30_000 },
  goOn: { type: 'answered', code: null },
  away: { type: 'answered', code: 'unavailable' },
  signIn: { type: 'answered', code: 'unauthenticated' },
  stop: { type: 'answered', code: 'notFound' },
  online: { type: 'online' },
  offline: { type: 'offline' },
  woke: { type: 'woke' },
  early: { type: 'tick' },
  retryNow: { type: 'retryNow' },
  signedIn: { type: 'signedIn' },
}

// One row an input, one column a state; `.` stays as it is, `state+effect` moves.
const table = `
            idle            offline         connecting           catchingUp      live            waiting         hinted          asking          signedOut       stopped
  start     connecting+open .               .                    .               .               .               .               .               .               .
  startOff  offline         .               .                    .               .               .               .               .               .               .
  end       idle            idle            idle+drop            idle+drop       idle+drop       idle            idle            idle            idle            idle
  noToken   .               .               signedOut            .               .               .               .               .               .               .
  tokenLost .               .               waiting              .               .               .               .               .               .               .
  behind    .               .               catchingUp           catchingUp      catchingUp      .               .               .               .               .
  caughtUp  .               .               live                 live            live            .               .               .               .               .
  pong      .               .               .                    catchingUp      live            .               .               .               .               .
  weather   .               .               waiting              waiting         waiting         .               .               .               .               .
  badFrame  .               .               waiting              waiting         waiting         .               .               .               .               .
  expired   .               .               connecting+open      connecting+open connecting+open .               .               .               .               .
  banned    .               .               stopped              stopped         stopped         .               .               .               .               .
  gone      .               .               stopped              stopped         stopped         .               .               .               .               .
  slow      .               .               waiting              waiting         waiting         .               .               .               .               .
  outdated  .               .               stopped              stopped         stopped         .               .               .               .               .
  tooMany   .               .               waiting              waiting         waiting         .               .               .               .               .
  goOn      .               .               .                    .               .               .               .               waiting         .               .
  away      .               .               .                    .               .               .               .               waiting         .               .
  signIn    .               .               .                    .               .               .               .               signedOut       .               .
  stop      .               .               .                    .               .               .               .               stopped         .               .
  online    .               connecting+open connecting+drop+open catchingUp+ping live+ping       connecting+open .               connecting+open .               .
  offline   .               .               offline+drop         offline+drop    offline+drop    offline         offline         offline         .               .
  woke      .               .               .                    catchingUp+ping live+ping       connecting+open .               .               .               .
  early     .               .               .                    .               .               .               .               .               .               .
  retryNow  .               connecting+open .                    .               .               connecting+open connecting+open .               connecting+open connecting+open
  signedIn  .               .               .                    .               .               .               .               .               connecting+open .
`

const [columns, ...rows] = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))

describe('[SOK] every state against every input', () => {
  for (const [name, ...cells] of rows) {
    it.each(cells.map((cell, index) => [columns![index]!, cell]))(
      `${name} in %s: %s`,
      (column, cell) => {
        const before = states[column as keyof typeof states]
        const [after, effects] = next(before, inputs[name!]!, { nowMs: 5_000, random: 0.5 })
        if (cell === '.') {
          expect(after).toBe(before)
          expect(effects).toEqual([])
        } else {
          expect([after.state, ...effects.map((effect) => effect.do)].join('+')).toBe(cell)
        }
      },
    )
  }

  it('leaves no input and no state out of the table', () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(inputs))
    expect(columns).toEqual(Object.keys(states))
  })
})

/** Plays inputs one after another, each `[atMs, input]`, with the same random number. */
function play(start: Connection, random: number, ...script: [number, Input][]) {
  let now = start
  let did: string[] = []
  for (const [nowMs, input] of script) {
    const [after, effects] = next(now, input, { nowMs, random })
    now = after
    did = effects.map((effect) => ('renew' in effect && effect.renew ? 'renew' : effect.do))
  }
  return { now, did }
}

const cut: Input = { type: 'closed', code: 1006 }
const tick: Input = { type: 'tick' }
const caughtUp: Input = { type: 'frame', standing: 'caughtUp' }

describe('returning', () => {
  it.each([1001, 1006, 1012])('[SOK] spreads the first return after %i over 0 to 5 s', (code) => {
    const closed: Input = { type: 'closed', code }
    expect(tickAtMs(play(states.live, 0, [50_000, closed]).now)).toBe(50_000)
    expect(tickAtMs(play(states.live, 1, [50_000, closed]).now)).toBe(55_000)
  })

  it('[SOK] doubles the span with each failure, up to 30 s', () => {
    const spans = [0, 1, 2, 3, 9].map((attempt) => {
      const connecting: Connection = { ...states.connecting, attempt }
      return tickAtMs(play(connecting, 1, [0, { type: 'tokenFailed' }]).now)
    })
    expect(spans).toEqual([5_000, 10_000, 20_000, 30_000, 30_000])
  })

  it('[SOK] waits exactly as long as the server says, whoever comes or wakes', () => {
    const closed: Input = { type: 'closed', code: 4429, retryAfterMs: 300_000 }
    const { now } = play(states.live, 1, [50_000, closed], [51_000, { type: 'woke' }])
    expect(now).toMatchObject({ state: 'waiting', untilMs: 350_000 })
    expect(play(now, 1, [350_000, tick]).did).toEqual(['open'])
  })

  it('starts the count anew only after a connection that held', () => {
    const tired: Connection = { ...states.live, attempt: 4, sinceMs: 0 }
    expect(tickAtMs(play(tired, 1, [9_999, cut]).now)).toBe(39_999)
    expect(tickAtMs(play(tired, 1, [10_000, cut]).now)).toBe(15_000)
  })

  it('[SOK12] renews an expired token at once, and backs off when the new one is no better', () => {
    const expired: Input = { type: 'closed', code: 4401 }
    const first = play(states.live, 1, [50_000, expired])
    expect(first.did).toEqual(['renew'])
    const second = play(first.now, 1, [50_100, expired])
    expect(second.now).toMatchObject({ state: 'waiting', renew: true })
    expect(play(second.now, 1, [90_000, tick]).did).toEqual(['renew'])
  })

  it('[SOK16] asks for the reason when two upgrades in a row come to nothing', () => {
    const once = play(states.connecting, 0, [2_000, cut])
    expect(once.now.state).toBe('waiting')
    const twice = play(once.now, 0, [2_001, tick], [2_500, cut])
    expect(twice.did).toEqual(['ask'])
    const told = play(twice.now, 0, [3_000, { type: 'answered', code: null }])
    expect(told.now).toMatchObject({ state: 'waiting', refusals: 0 })
  })

  it('[SOK16] does not count a connection that was welcomed', () => {
    const { now } = play(states.connecting, 0, [2_000, cut], [2_001, tick], [2_100, caughtUp])
    expect(play(now, 0, [2_200, cut], [2_201, tick], [2_300, cut]).did).toEqual([])
  })

  it('gives up on an upgrade that hangs', () => {
    const { now, did } = play(states.connecting, 0, [11_000, tick])
    expect(did).toEqual(['drop'])
    expect(now).toMatchObject({ state: 'waiting', refusals: 1 })
  })
})

describe('[CON2] a connection that looks alive', () => {
  it('is probed 25 s after it opened', () => {
    const { now } = play(states.connecting, 0, [5_000, caughtUp])
    expect(tickAtMs(now)).toBe(30_000)
    expect(play(now, 0, [29_999, tick]).did).toEqual([])
    expect(play(now, 0, [30_000, tick]).did).toEqual(['ping'])
  })

  it('[SOK9] is probed every 25 s, however much it tells: else the room takes us for gone', () => {
    const pingedAtMs: number[] = []
    let now: Connection = states.connecting
    for (let atMs = 5_000; atMs <= 105_000; atMs += 500) {
      now = play(now, 0, [atMs, caughtUp]).now
      const ticked = play(now, 0, [atMs, tick])
      now = ticked.now
      if (ticked.did.includes('ping')) pingedAtMs.push(atMs)
    }
    expect(pingedAtMs).toEqual([30_000, 55_000, 80_000, 105_000])
  })

  it('is probed 25 s after whichever probe was the last', () => {
    const { now } = play(states.live, 0, [20_000, { type: 'woke' }], [20_100, { type: 'pong' }])
    expect(tickAtMs(now)).toBe(45_000)
  })

  it('is replaced at once when no pong comes within 8 s', () => {
    const { now } = play(states.live, 0, [30_000, tick])
    expect(tickAtMs(now)).toBe(38_000)
    expect(play(now, 0, [38_000, tick]).did).toEqual(['drop', 'open'])
  })

  it('lives on with any word from the other side', () => {
    const { now } = play(states.live, 0, [30_000, tick], [31_000, { type: 'pong' }])
    expect(now).toEqual({ ...states.live, beat: { pingAtMs: 55_000, deadAtMs: null } })
  })

  it('is replaced within 2 s of waking, even while an earlier probe waits', () => {
    expect(tickAtMs(play(states.live, 0, [5_000, { type: 'woke' }]).now)).toBe(7_000)
    const probing = play(states.live, 0, [30_000, tick], [31_000, { type: 'woke' }])
    expect(probing.did).toEqual([])
    expect(tickAtMs(probing.now)).toBe(33_000)
  })
})

describe('[CON3] one attempt at a time', () => {
  it('never opens a second socket beside an open or opening one', () => {
    for (const before of [states.connecting, states.catchingUp, states.live])
      for (const input of Object.values(inputs))
        for (const nowMs of [5_000, 60_000]) {
          const [after, effects] = next(before, input, { nowMs, random: 0.5 })
          const opens = effects.some((effect) => effect.do === 'open')
          const dropped = effects[0]?.do === 'drop' || input.type === 'closed'
          if (opens) expect(dropped).toBe(true)
          if (!isOpen(after) && after.state !== 'connecting' && input.type !== 'tokenFailed')
            expect(dropped || input.type === 'tokenMissing').toBe(true)
        }
  })
})
