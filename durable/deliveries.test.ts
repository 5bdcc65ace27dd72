import { describe, expect, it } from 'vitest'
import {
  webhookBackoffMsMax,
  webhookBackoffMsMin,
  webhookBytesMax,
  webhookDeadlineMs,
  webhookDelayMs,
  webhookLeaseMs,
  webhookRetryMsMax,
  webhookRotationMs,
  webhookRowsMax,
  webhookStepsMax,
} from '../protocol/limits.ts'
import { Hooked, olga, secret } from '../test/support/hooked-room.ts'
import { newEpoch } from '../test/support/ids.ts'
import { owner } from '../test/support/local-room.ts'
import { beginEpoch } from './backup.ts'

describe('deliveries', () => {
  it('[HOK1] begin after the hook was made, and wait a moment for company', async () => {
    const room = new Hooked()
    room.post(owner.id, 'Before')
    room.hook()
    room.post(owner.id, 'One')
    room.post(owner.id, 'Two')
    await room.let(webhookDelayMs - 1)
    expect(room.sent).toEqual([])
    await room.let(1)
    expect(room.sent).toHaveLength(1)
    expect(room.said).toEqual(['One', 'Two'])
  })

  it('[HOK1] hold what was asked for, and are not made for anything else', async () => {
    const room = new Hooked()
    room.hook('a', ['members'])
    room.post(owner.id, 'Hello')
    await room.let(5_000)
    expect(room.sent).toEqual([])
    room.join(2)
    await room.let(5_000)
    expect(room.sent.map(({ body }) => body)).toMatchObject([{ members: [{ role: 'member' }] }])
    expect(room.sent[0]?.body).not.toHaveProperty('messages')
  })

  it('[HOK1] are bounded in rows and in bytes', async () => {
    const room = new Hooked()
    room.hook('a', ['messages'])
    for (let n = 0; n <= webhookRowsMax; n += 1) room.post(owner.id, 'a')
    for (let n = 0; n < 40; n += 1) room.post(owner.id, '語'.repeat(4_000))
    await room.let(60_000)
    const rows = room.sent.map(({ body }) => (body.type === 'changes' ? body.messages?.length : 0))
    expect(rows[0]).toBe(webhookRowsMax)
    expect(Math.max(...room.sent.map(({ bytes }) => bytes))).toBeLessThanOrEqual(webhookBytesMax)
    expect(room.said).toHaveLength(webhookRowsMax + 41)
  })

  it('[HOK1] end after so many in one go, and go on', async () => {
    const room = new Hooked()
    room.hook('a', ['messages'])
    for (let n = 0; n < webhookStepsMax + 1; n += 1) {
      for (let m = 0; m < 22; m += 1) room.post(owner.id, '語'.repeat(4_000))
    }
    await room.let(webhookDelayMs)
    expect(room.sent).toHaveLength(webhookStepsMax)
    await room.let(1_000)
    expect(room.said).toHaveLength((webhookStepsMax + 1) * 22)
  })
})

describe('after a failure', () => {
  it('[HOK2] the same delivery comes again under the same id, what changed meanwhile later', async () => {
    const room = new Hooked()
    room.hook('a', ['messages'])
    room.answer = () => 500
    room.post(owner.id, 'One')
    const { seq } = room.post(owner.id, 'Two')
    await room.let(webhookDelayMs)
    room.open.room.edit(olga, { seq, body: 'Two, edited' })
    room.answer = () => 200
    await room.let(60_000)
    const [first, again, next] = room.sent
    expect(again).toMatchObject({ id: first?.id, body: { to: first?.body.to } })
    expect(next?.id).not.toBe(first?.id)
    expect(next?.body).toMatchObject({ from: first?.body.to })
    expect(room.said).toEqual(['One', 'Two', 'One', 'Two, edited'])
  })

  it('[HOK2] so it does after an eviction, at whatever moment', async () => {
    const room = new Hooked()
    room.hook('a', ['messages'])
    room.answer = () => new Promise(() => {}) // The object goes while it waits.
    room.post(owner.id, 'One')
    await room.let(webhookDelayMs)
    // Whoever dies now is woken for it.
    expect(room.open.agenda.due(room.nowMs + webhookLeaseMs)).toContain('webhooks')
    room.restart()
    room.answer = () => 200
    await room.let(webhookLeaseMs)
    expect(room.sent.map(({ id }) => id)).toEqual([room.sent[0]?.id, room.sent[0]?.id])
  })

  it('[HOK3] the wait doubles to an hour, and after three days it is given up and told', async () => {
    const room = new Hooked()
    const id = room.hook()
    room.answer = () => 503
    room.post(owner.id, 'One')
    const at: number[] = []
    room.answer = () => {
      at.push(room.nowMs)
      return 503
    }
    await room.let(webhookRetryMsMax + 2 * webhookBackoffMsMax)
    const waits = at.slice(1).map((time, n) => time - (at[n] ?? 0))
    expect(waits[0]).toBeLessThanOrEqual(webhookBackoffMsMin)
    expect(waits[0]).toBeGreaterThanOrEqual(webhookBackoffMsMin / 2)
    expect(Math.max(...waits)).toBeLessThanOrEqual(webhookBackoffMsMax)
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(webhookBackoffMsMax / 2)
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(webhookRetryMsMax)
    expect(room.view(id)?.paused?.reason).toBe('failing')
    expect(room.pauses).toEqual([{ id, reason: 'failing' }])
    const before = room.sent.length
    room.post(owner.id, 'Two')
    await room.let(webhookBackoffMsMax)
    expect(room.sent).toHaveLength(before)
    room.answer = () => 200
    room.open.webhooks.change(olga, id, { paused: false })
    await room.let(60_000)
    expect(room.said.slice(-2)).toEqual(['One', 'Two'])
  })

  it('[HOK3] one that hangs delays no other, and no message', async () => {
    const room = new Hooked()
    room.hook('slow')
    room.hook('quick')
    room.answer = ({ url }) => (url.includes('slow') ? new Promise(() => {}) : 204)
    for (let n = 0; n < 5; n += 1) {
      room.post(owner.id, `Line ${n}`)
      await room.let(webhookDelayMs)
    }
    const quick = room.sent.filter(({ url }) => url.includes('quick'))
    expect(quick).toHaveLength(5)
    expect(room.sent.filter(({ url }) => url.includes('slow'))).toHaveLength(1)
    expect(webhookDeadlineMs).toBeLessThan(webhookLeaseMs)
    const before = room.rings
    await room.let(webhookLeaseMs)
    expect(room.rings - before).toBeLessThan(5) // Nor does it keep the object awake.
  })

  it('[HOK3] a pause that could not be put on record is, later', async () => {
    const room = new Hooked()
    const id = room.hook()
    room.answer = () => 410
    room.post(owner.id, 'One')
    const push = room.pauses.push.bind(room.pauses)
    room.pauses.push = () => {
      throw new Error('Postgres is away.')
    }
    await room.let(5_000)
    expect([room.view(id)?.paused?.reason, room.pauses.length]).toEqual(['gone', 0])
    expect(room.failedDeliveries.length).toBeGreaterThan(0)
    room.pauses.push = push
    await room.let(2 * webhookLeaseMs)
    expect(room.pauses).toHaveLength(1)
  })
})

it('[HOK6 S24] an address is judged at every delivery, too', async () => {
  const room = new Hooked()
  const id = room.hook()
  room.sql.run("UPDATE webhooks SET url = 'https://127.1/'")
  room.post(owner.id, 'One')
  await room.let(5_000)
  expect(room.sent).toEqual([])
  expect(room.view(id)?.paused?.reason).toBe('address')
})

it('[HOK5] another life of the room is told first, then what comes in it', async () => {
  const room = new Hooked()
  room.hook('a', ['messages'])
  room.answer = () => 500
  room.post(owner.id, 'One')
  await room.let(webhookDelayMs)
  beginEpoch(room.sql, newEpoch())
  room.answer = () => 200
  room.restart()
  room.post(owner.id, 'Two')
  await room.let(60_000)
  room.post(owner.id, 'Three')
  await room.let(60_000)
  const { epoch } = room.open.ledger
  const told = room.sent.slice(1).map(({ body }) => [body.type, body.epoch])
  expect(told).toEqual([
    ['epoch', epoch],
    ['changes', epoch],
  ])
  expect(room.said.at(-1)).toBe('Three')
})

it('[HOK4] two secrets sign for a day', async () => {
  const room = new Hooked()
  const id = room.hook()
  room.open.webhooks.renewSecret(olga, id, secret.replace('B', 'C'))
  room.post(owner.id, 'One')
  await room.let(5_000)
  room.passMs(webhookRotationMs)
  room.post(owner.id, 'Two')
  await room.let(5_000)
  expect(room.sent.map(({ signatures }) => signatures)).toEqual([2, 1])
})
