import { describe, expect, it } from 'vitest'
import {
  departureGraceMs,
  heardKeptEveryMs,
  pingEveryMs,
  presenceNamesMax,
  silenceSweepMs,
  silentAfterMs,
} from '../protocol/limits.ts'
import { roomOf } from '../test/support/crowd.ts'
import { userId } from '../test/support/ids.ts'
import { asker, LocalRoom, type LocalSocket, owner } from '../test/support/local-room.ts'

const presenceOf = ({ frames }: LocalSocket) =>
  frames.flatMap((frame) => (frame.type === 'presence' ? [frame] : []))

const welcomeOf = ({ frames }: LocalSocket) => {
  const [welcome] = frames
  if (welcome?.type !== 'welcome') throw new Error('The first frame is the welcome.')
  return welcome
}

/** Everybody pings, as clients do, while the alarm rings. */
function idle(room: LocalRoom, ms: number, ...sockets: LocalSocket[]): void {
  const end = room.nowMs + ms
  while (room.nowMs < end) {
    for (const socket of sockets) socket.pingedAt = room.nowMs
    room.ringFor(Math.min(pingEveryMs, end - room.nowMs))
  }
}

function roomWithAna() {
  const room = new LocalRoom()
  const ana = room.join(2)
  const olga = room.arrive(owner.id)
  return { room, ana, olga }
}

describe('coming', () => {
  it('[P14 SOK1 SOK9] is told to those who are here, and they to whoever comes', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.attach(ana)
    room.passMs(1_000)
    expect(welcomeOf(socket)).toMatchObject({ online: [owner.id, ana], onlineCount: 2 })
    expect(presenceOf(olga)).toMatchObject([{ joined: [{ id: ana }], left: [], onlineCount: 2 }])
  })

  it('[SOK9] with a second tab is no news, nor is its going', () => {
    const { room, ana, olga } = roomWithAna()
    const [one, two] = [room.arrive(ana), room.arrive(ana)]
    olga.clear()
    room.open.reception.detach(one.session)
    idle(room, 600_000, olga, two)
    expect(presenceOf(olga)).toEqual([])
    expect(welcomeOf(room.attach(owner.id)).onlineCount).toBe(2)
  })

  it('[SOK9] in numbers is told at once, and then four times a second', () => {
    const { room, olga } = roomWithAna()
    for (let n = 3; n < 9; n += 1) room.attach(room.join(n))
    olga.clear()
    room.passMs(1_000)
    for (let n = 10; n < 20; n += 1) room.attach(userId(2))
    const members = [...Array(20).keys()].map((n) => userId(n + 30))
    members.forEach((id) => {
      room.open.people.join(asker(id), { id, name: 'P', avatar: null, asOf: 1 }, true)
      room.attach(id)
    })
    room.passMs(249)
    expect(presenceOf(olga)).toHaveLength(1)
    room.passMs(1_000)
    expect(presenceOf(olga)).toHaveLength(2)
    expect(presenceOf(olga).at(-1)?.onlineCount).toBe(28)
  })
})

describe('going', () => {
  it('[SOK9 R20] is told after 45 s, not at 44', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.arrive(ana)
    olga.clear()
    room.open.reception.detach(socket.session)
    expect(room.alarmAtMs).toBeLessThanOrEqual(room.nowMs + departureGraceMs)
    idle(room, departureGraceMs - 1_000, olga)
    expect(presenceOf(olga)).toEqual([])
    idle(room, 1_000, olga)
    expect(presenceOf(olga)).toMatchObject([{ joined: [], left: [ana], onlineCount: 1 }])
  })

  it('[SOK9] and coming back within the grace tells nothing', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.arrive(ana)
    olga.clear()
    room.open.reception.detach(socket.session)
    idle(room, departureGraceMs - 1_000, olga)
    const back = room.arrive(ana)
    idle(room, 600_000, olga, back)
    expect(presenceOf(olga)).toEqual([])
  })

  it('[SOK9 SOK11] in the grace is told also when the object slept meanwhile', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.arrive(ana)
    olga.clear()
    room.open.reception.detach(socket.session)
    room.restart(olga)
    expect(room.open.presence.count).toBe(2)
    idle(room, departureGraceMs, olga)
    expect(presenceOf(olga)).toMatchObject([{ left: [ana], onlineCount: 1 }])
    expect(room.sql.run('SELECT * FROM departures')).toEqual([])
  })

  it('[SOK9 SOK11] and not of whoever came back, though the object slept since', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.arrive(ana)
    olga.clear()
    room.open.reception.detach(socket.session)
    const back = room.arrive(ana)
    room.restart(olga, back)
    idle(room, departureGraceMs, olga, back)
    expect(presenceOf(olga)).toEqual([])
    expect(room.open.presence.count).toBe(2)
    expect(room.sql.run('SELECT * FROM departures')).toEqual([])
  })

  it('[SOK9 SOK1] coming back writes nothing, for which the welcome would wait', () => {
    const { room, ana } = roomWithAna()
    room.open.reception.detach(room.arrive(ana).session)
    const before = room.dump()
    room.arrive(ana)
    expect(room.dump()).toEqual(before)
  })

  it('[SOK9 SOK13] is told at once of whoever was removed', () => {
    const { room, ana, olga } = roomWithAna()
    room.arrive(ana)
    olga.clear()
    room.open.people.remove(asker(owner.id), ana)
    room.passMs(1_000)
    expect(presenceOf(olga)).toMatchObject([{ left: [ana], onlineCount: 1 }])
  })

  it('[SOK9] nobody is looked after once everybody is gone', () => {
    const { room, olga } = roomWithAna()
    room.open.reception.detach(olga.session)
    room.ringFor(200_000)
    expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).not.toContain('presence')
  })
})

describe('silence', () => {
  it('[P16 D-14 SOK9 R20] of a peer ends its sockets within 90 s, while pings keep the others', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.arrive(ana)
    olga.clear()
    const since = room.nowMs
    while (!socket.closed) idle(room, 500, olga)
    expect(room.nowMs - since).toBeLessThanOrEqual(90_000)
    expect(room.nowMs - since).toBeGreaterThan(silentAfterMs)
    room.passMs(1_000)
    expect(presenceOf(olga)).toMatchObject([{ left: [ana], onlineCount: 1 }])
  })

  it('[R20] of the only one here is found as well, however long they were heard', () => {
    const room = new LocalRoom()
    const olga = room.arrive(owner.id)
    idle(room, 300_000, olga)
    expect(olga.closed).toBeNull()
    room.ringFor(90_000)
    expect(olga.closed).toEqual({ code: 1012, reason: '' }) // Weather: it may well come back.
  })

  it('[SOK9 SOK11 R19] is not what an eviction forgot: frames count as signs after it', () => {
    const room = new LocalRoom()
    const olga = room.attach(owner.id)
    let kept = 0
    const keep = olga.keep.bind(olga)
    olga.keep = (state) => {
      kept += 1
      keep(state)
    }
    for (let ms = 0; ms < 60_000; ms += 1_000) {
      room.passMs(1_000)
      room.say(olga, { type: 'typing', on: true }) // Frames, and therefore no pings.
    }
    expect(kept).toBe(60_000 / heardKeptEveryMs)
    room.passMs(heardKeptEveryMs - 1)
    room.say(olga, { type: 'typing', on: true })
    room.restart(olga)
    room.ringFor(60_000) // A page in the background pings once a minute.
    expect(olga.closed).toBeNull()
    room.ringFor(silentAfterMs)
    expect(olga.closed).not.toBeNull()
  })

  it('[SOK9] of one tab is not told while the other speaks', () => {
    const { room, ana, olga } = roomWithAna()
    const [silent, speaking] = [room.arrive(ana), room.arrive(ana)]
    olga.clear()
    idle(room, 2 * silenceSweepMs, olga, speaking)
    expect([silent.closed !== null, speaking.closed]).toEqual([true, null])
    expect(presenceOf(olga)).toEqual([])
  })

  it('[R20] 10 idle minutes with pings are 0 false leaves, through evictions', () => {
    const { room, ana, olga } = roomWithAna()
    const socket = room.arrive(ana)
    olga.clear()
    for (let n = 0; n < 10; n += 1) {
      idle(room, 60_000, olga, socket)
      room.restart(olga, socket)
    }
    expect(presenceOf(olga)).toEqual([])
    expect([olga.closed, socket.closed]).toEqual([null, null])
  })
})

it('[SOK9 R19] over 100 online presence is a number, in the welcome and after', () => {
  const room = roomOf(presenceNamesMax + 2)
  const olga = room.arrive(owner.id)
  const seen: unknown[] = []
  for (let n = 2; n <= presenceNamesMax + 1; n += 1) {
    olga.clear()
    const socket = room.attach(userId(n))
    room.passMs(1_000)
    const [told] = presenceOf(olga)
    const { online, onlineCount } = welcomeOf(socket)
    if (n >= presenceNamesMax - 1) seen.push([online.length, onlineCount, told?.joined.length])
  }
  expect(seen).toEqual([
    [99, 99, 1],
    [100, 100, 1],
    [0, 101, 0],
  ])
})

it('[SOK9] at 100 online again everybody is told by name, once', () => {
  const room = roomOf(presenceNamesMax + 3)
  const olga = room.arrive(owner.id)
  for (let n = 2; n <= presenceNamesMax + 2; n += 1) room.attach(userId(n))
  room.passMs(1_000)
  const tolds = [presenceNamesMax + 2, presenceNamesMax + 1, presenceNamesMax].map((n) => {
    olga.clear()
    room.open.people.leave(asker(userId(n)))
    room.passMs(1_000)
    const [told] = presenceOf(olga)
    return [told?.joined.length, told?.left.length, told?.onlineCount]
  })
  expect(tolds).toEqual([
    [0, 0, 101],
    [100, 1, 100],
    [0, 1, 99],
  ])
})
