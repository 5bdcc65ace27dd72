// A refresh token in two hands. Whoever renews first, and in whatever order they come: nobody stays in
// twice, and whoever only lost an answer loses nothing. [S12]

import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { auditLog } from '../../database/audit-schema.ts'
import { sessions } from '../../database/schema.ts'
import { refreshGraceSeconds } from '../../protocol/account-limits.ts'
import type { RoomCard } from '../../protocol/api/rooms.ts'
import { newcomer, refresh, type SignedInPerson } from '../../test/support/accounts.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { unique } from '../../test/support/rooms-http.ts'

const { http, db, url, postgres } = await ownParley()

/** Renews; null once the sign-in is over. */
async function renewed(token: string): Promise<string | null> {
  const { status, body } = await refresh(http, token)
  expect([200, 401]).toContain(status)
  return status === 200 ? (body.refreshToken ?? '') : null
}

/** The grace is over: what was renewed a moment ago, was renewed longer ago. */
const passGrace = ({ id }: SignedInPerson) =>
  db.execute(sql`update sessions
    set used_at = used_at - make_interval(secs => ${refreshGraceSeconds + 1}) where user_id = ${id}`)

const isIn = async ({ ask }: SignedInPerson) => (await ask('GET', '/users/me')).status === 200

type Hand = 'owner' | 'thief'

/** Both begin with the same token; each goes on with what they were given last. */
const orders: readonly (readonly Hand[])[] = ['owner', 'thief'].flatMap((first) =>
  ['owner', 'thief'].flatMap((second) =>
    ['owner', 'thief'].flatMap((third) =>
      ['owner', 'thief'].map((fourth) => [first, second, third, fourth] as readonly Hand[]),
    ),
  ),
)

describe('two who hold one token, the grace over between any two renewals', () => {
  const shared = orders.filter((order) => new Set(order).size === 2)

  it.each(shared.map((order) => [order.join(', '), order] as const))(
    '[S12 D-32] %s: the second hand ends it for both',
    async (_, order) => {
      const ann = await newcomer(http)
      const held: Record<Hand, string | null> = {
        owner: ann.refreshToken,
        thief: ann.refreshToken,
      }
      const second = order.findIndex((hand) => hand !== order[0])
      for (const [turn, hand] of order.entries()) {
        const next: string | null = await renewed(held[hand] ?? '')
        expect([turn, next !== null]).toEqual([turn, turn < second])
        held[hand] = next ?? held[hand]
        await passGrace(ann)
      }
      expect(await isIn(ann)).toBe(false)
      for (const token of Object.values(held)) expect(await renewed(token ?? '')).toBeNull()
    },
  )
})

describe('within the grace', () => {
  it('[S12] both are given the same successor, which is one sign-in, and ends as one', async () => {
    const ann = await newcomer(http)
    const [owners, thiefs] = [await renewed(ann.refreshToken), await renewed(ann.refreshToken)]
    expect(thiefs).toBe(owners)
    const next = await renewed(owners ?? '')
    await passGrace(ann)
    expect(await renewed(thiefs ?? '')).toBeNull()
    expect(await renewed(next ?? '')).toBeNull()
    expect(await isIn(ann)).toBe(false)
  })

  it.each(['cutBefore', 'cutAfter'] as const)(
    '[S12] an answer that was lost costs nothing (%s)',
    async (fault) => {
      const ann = await newcomer(http)
      let token = ann.refreshToken
      for (let round = 0; round < 3; round += 1) {
        const faults = [fault]
        postgres.faults = (asked) => (asked.includes('sessions') ? faults.shift() : null) ?? 'none'
        expect((await refresh(http, token)).status).toBe(503)
        const next = await renewed(token)
        expect(next).not.toBeNull()
        expect(await renewed(token)).toBe(next) // Lost on the way to the browser, too.
        token = next ?? ''
      }
      expect(await isIn(ann)).toBe(true)
    },
  )
})

it('[S12] a theft closes its sockets within a second and is on record, with no token in it', async () => {
  const ann = await newcomer(http)
  const entry = { name: unique('Vault'), visibility: 'private' }
  const { body } = await ann.ask<RoomCard>('POST', '/rooms', entry)
  const socket = new RoomSocket(url, body.id, ann.token)
  await socket.welcome()
  const next = await renewed(ann.refreshToken)
  await passGrace(ann)
  expect(await renewed(ann.refreshToken)).toBeNull()
  const endedAt = Date.now()
  expect((await socket.closed).code).toBe(4401)
  expect(Date.now() - endedAt).toBeLessThan(1_000)

  const records = () => db.$count(auditLog, sql`kind = 'tokenReused' and subject_id = ${ann.id}`)
  await expect.poll(records).toBe(1)
  const rest = JSON.stringify([await db.select().from(auditLog), await db.select().from(sessions)])
  for (const token of [ann.refreshToken, next ?? '']) {
    const [, bits = '', mark = ''] = token.split('.')
    expect([bits.length, rest.includes(bits), rest.includes(mark)]).toEqual([43, false, false])
  }
})
