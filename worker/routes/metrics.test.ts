// What operators are shown: each figure is made to move by what it counts, and by nothing else. [OPS1, D-47]

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { beforeAll, describe, expect, it } from 'vitest'
import { metrics } from '../../durable/metrics.ts'
import type { DeletionBegun } from '../../protocol/api/deletions.ts'
import { commandsBurst } from '../../protocol/limits.ts'
import { logIn, newcomer, password, type SignedInPerson } from '../../test/support/accounts.ts'
import { readOpenMetrics } from '../../test/support/openmetrics.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { roomOf } from '../../test/support/parley.ts'
import { says, startReceiver } from '../../test/support/receiver.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { openMetricsType } from '../openmetrics.ts'

const token = randomBytes(24).toString('base64url')
const parley = await ownParley({ vars: { METRICS_TOKEN: token, METER_DELAY_MS: '20' } })
const { http, url, postgres } = parley

type Labels = Readonly<Record<string, string>>

async function figures() {
  const response = await fetch(`${url}/api/v1/metrics`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, openMetricsType])
  return readOpenMetrics(await response.text())
}

/** The sum over all series of that name which have these labels. */
async function figure(name: string, labels: Labels = {}): Promise<number> {
  const samples = [...(await figures()).values()].flatMap((family) => family.samples)
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, said]) => sample.labels[key] === said))
    .reduce((sum, { value }) => sum + value, 0)
}

/** As `moves`, where more may be on its way from before, or come again. */
async function rises(name: string, labels: Labels, work: () => Promise<unknown>): Promise<void> {
  const before = await figure(name, labels)
  await work()
  await expect.poll(() => figure(name, labels), { timeout: 15_000 }).toBeGreaterThan(before)
}

/** What happens in `work` moves the figure by exactly so much. */
async function moves(
  [name, labels, by]: readonly [name: string, labels: Labels, by: number],
  work: () => Promise<unknown>,
): Promise<void> {
  const before = await figure(name, labels)
  await work()
  await expect.poll(() => figure(name, labels), { timeout: 15_000 }).toBe(before + by)
}

let ann: SignedInPerson
let bo: SignedInPerson
let room: string
const path = (more = '') => `/rooms/${room}${more}`
const post = (by: SignedInPerson, body = 'Hello', id: string = uuidv7()) =>
  by.ask('POST', path('/messages'), { id, body })
const enter = async (by: SignedInPerson) => {
  const socket = new RoomSocket(url, room, by.token)
  await socket.welcome()
  return socket
}

beforeAll(async () => {
  ann = await newcomer(http)
  bo = await newcomer(http)
  room = await roomOf({ ...ann, name: 'Ann' }, [{ ...bo, name: 'Bo' }])
})

describe('[OPS1] who may see them', () => {
  it('nobody, where no token was set', async () => {
    const without = await ownParley()
    const answer = await without.http('GET', '/metrics', { token })
    expect([answer.status, answer.body['code']]).toEqual([404, 'notFound'])
  })

  it('nobody but who shows the token', async () => {
    for (const shown of [undefined, ann.token, `${token}x`, token.slice(1), token.toUpperCase()]) {
      expect((await http('GET', '/metrics', { token: shown })).status).toBe(401)
    }
    expect((await http('GET', `/metrics?token=${token}`)).status).toBe(401)
  })
})

describe('[OPS1 D-47 P21] each figure moves by what it counts', () => {
  const requests = metrics.requests.name

  it('requests, by route, method and class of status', async () => {
    const found = { route: '/api/v1/rooms/:roomId', method: 'GET', status: '2xx' }
    await moves([`${requests}_count`, found, 2], async () => {
      await ann.ask('GET', path())
      await bo.ask('GET', path())
      await ann.ask('GET', `/rooms/${uuidv7()}`)
    })
    await moves([`${requests}_count`, { ...found, status: '4xx' }, 1], () =>
      ann.ask('GET', `/rooms/${uuidv7()}`),
    )
    const health = { route: '/api/v1/health', method: 'GET', le: '+Inf' }
    await moves([`${requests}_bucket`, health, 1], () => http('GET', '/health'))
    await moves([`${requests}_count`, { method: 'other' }, 1], () =>
      fetch(`${url}/api/v1/health`, { method: 'PROPFIND' }),
    )
  })

  it('errors by code, whoever refuses: a route, the router, a room at its door', async () => {
    const errors = 'parley_http_errors_total'
    await moves([errors, { code: 'notFound' }, 2], async () => {
      await ann.ask('GET', `/rooms/${uuidv7()}`)
      await http('GET', '/nowhere')
    })
    await moves([errors, { code: 'methodNotAllowed' }, 1], () =>
      http('PUT', '/rooms', { body: {} }),
    )
    await moves([errors, { code: 'invalid' }, 1], () => ann.ask('POST', '/rooms', { name: 1 }))
    const hidden = await ann.ask<{ id: string }>('POST', '/rooms', {
      ...{ name: `Hidden ${uuidv7()}`, visibility: 'private' },
    })
    await moves([errors, { code: 'notFound' }, 1], async () => {
      await new RoomSocket(url, hidden.body.id, bo.token).closed
    })
  })

  it('tokens that were shown to be validated', async () => {
    const [name, kept] = ['parley_token_validations_total', await newcomer(http)]
    const show = (shown: string, live = false) =>
      http('POST', '/auth/validate', { body: { token: shown, live } })
    await moves([name, { outcome: 'valid' }, 2], async () => {
      await show(kept.token)
      await show(kept.token, true)
    })
    await moves([name, { outcome: 'invalid' }, 1], () => show('x.y.z'))
    await kept.ask('POST', '/auth/logout', {})
    await moves([name, { outcome: 'ended' }, 1], () => show(kept.token, true))
  })

  it('sign-ins, by what became of them', async () => {
    const name = 'parley_sign_ins_total'
    await moves([name, { outcome: 'admitted' }, 1], () => logIn(http, ann.username))
    await moves([name, { outcome: 'wrongCredentials' }, 1], () =>
      logIn(http, ann.username, 'wrong'),
    )
    postgres.faults = () => 'cutBefore'
    await moves([name, { outcome: 'unavailable' }, 1], () => logIn(http, ann.username))
    postgres.faults = () => 'none'
  })

  it('rooms created and deleted', async () => {
    let made = ''
    await moves(['parley_rooms_created_total', {}, 1], async () => {
      made = await roomOf({ ...ann, name: 'Ann' })
    })
    await moves(['parley_rooms_deleted_total', {}, 1], async () => {
      await ann.ask('DELETE', `/rooms/${made}`)
      await ann.ask('DELETE', `/rooms/${made}`)
    })
  })

  it('searches, in a room and everywhere', async () => {
    const name = 'parley_searches_total'
    await moves([name, { scope: 'room' }, 1], () => ann.ask('GET', path('/search?query=hi')))
    await moves([name, { scope: 'everywhere' }, 1], () => ann.ask('GET', '/search?query=hi'))
  })

  it('sockets let in, and ended by whichever code', async () => {
    await moves(['parley_sockets_opened_total', {}, 2], async () => {
      const [one, two] = [await enter(ann), await enter(bo)]
      await moves(['parley_sockets_closed_total', { code: '1000' }, 1], async () => {
        one.socket.close(1000)
        await one.closed
      })
      await moves(['parley_sockets_closed_total', { code: 'other' }, 1], async () => {
        two.socket.close(3999)
        await two.closed
      })
    })
    const rude = await enter(bo)
    await moves(['parley_sockets_closed_total', { code: '4400' }, 1], async () => {
      for (let n = 0; n < 3; n += 1) rude.send('{')
      await rude.closed
    })
  })

  it('messages accepted once, frames told of them to each socket', async () => {
    const [one, two] = [await enter(ann), await enter(bo)]
    const id = uuidv7()
    await moves(['parley_messages_accepted_total', {}, 1], async () => {
      await moves(['parley_deliveries_total', {}, 2], async () => {
        await post(ann, 'Hello', id)
        await post(ann, 'Hello', id)
      })
    })
    await moves(['parley_messages_refused_total', { code: 'idConflict' }, 2], async () => {
      await post(ann, 'Other', id)
      one.send({ type: 'send', ref: 1, id, body: 'Other' })
      await one.until(({ type }) => type === 'refused')
    })
    await moves(['parley_frames_refused_total', { code: 'notFound' }, 1], async () => {
      two.send({ type: 'delete', ref: 7, seq: 999_999 })
      await two.until(({ type }) => type === 'refused')
    })
    await Promise.all([one.close(), two.close()])
  })

  it('budgets that were spent', async () => {
    const name = 'parley_limits_hit_total'
    const cy = await newcomer(http)
    await cy.ask('POST', path('/join'), {})
    const before = await figure(name, { budget: 'commands' })
    for (let n = 0; n < commandsBurst + 5; n += 1) await post(cy)
    await expect
      .poll(() => figure(name, { budget: 'commands' }), { timeout: 15_000 })
      .toBeGreaterThan(before)
    await ann.ask('PATCH', path(), { settings: { slowModeSeconds: 600 } })
    await post(bo)
    await moves([name, { budget: 'slowMode' }, 1], () => post(bo))
    await ann.ask('PATCH', path(), { settings: { slowModeSeconds: 0 } })
    const guess = () => http('POST', '/auth/login', { body: { login: cy.username, password: 'x' } })
    for (let n = 0; n < 11; n += 1) await guess()
    await moves([name, { budget: 'account' }, 1], guess)
  })

  it('what the mirror wrote, how late it was, and where it failed', async () => {
    await rises('parley_mirror_batches_total', { outcome: 'written' }, () =>
      rises('parley_mirror_lag_seconds_count', {}, () => post(ann)),
    )
    const failed = () => figure('parley_mirror_batches_total', { outcome: 'failed' })
    const [before, sum] = [await failed(), await figure('parley_mirror_lag_seconds_sum')]
    postgres.faults = () => 'cutBefore'
    await post(ann)
    await expect.poll(failed, { timeout: 20_000 }).toBeGreaterThan(before + 1)
    postgres.faults = () => 'none'
    expect(await figure('parley_mirror_lag_max_seconds')).toBeGreaterThan(1)
    expect(await figure('parley_mirror_lag_seconds_sum')).toBeGreaterThan(sum + 1)
  })

  it('webhooks that were taken, and that were not', async () => {
    const receiver = await startReceiver()
    const name = 'parley_webhook_deliveries_total'
    const made = await roomOf({ ...ann, name: 'Ann' })
    await ann.ask('POST', `/rooms/${made}/webhooks`, { url: receiver.url })
    const say = () => ann.ask('POST', `/rooms/${made}/messages`, { id: uuidv7(), body: 'Hi' })
    await moves([name, { outcome: 'delivered' }, 1], say)
    receiver.answer = says(503)
    await rises(name, { outcome: 'failed' }, say)
    await receiver.close()
  })

  it('deletions that came to their end', async () => {
    const gone = await newcomer(http)
    await moves(['parley_deletions_finished_total', {}, 1], async () => {
      const asked = { password, messages: 'keep' }
      expect((await gone.ask<DeletionBegun>('DELETE', '/users/me', asked)).status).toBe(202)
    })
  })
})

it('[OPS1] has no id, no address and no text of anybody in any label', async () => {
  const text = JSON.stringify([...(await figures()).values()].map(({ samples }) => samples))
  expect(text).not.toMatch(/[\da-f]{8}-[\da-f]{4}|@|127\.0\.0\.1/)
  for (const secret of [token, ann.token, ann.username, room]) expect(text).not.toContain(secret)
})
