// Webhooks in the real runtime, with a receiver on this machine.

import { sql } from 'drizzle-orm'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { afterAll, describe, expect, it } from 'vitest'
import type {
  NewWebhook,
  Webhook,
  WebhookSecret,
  WebhookTested,
} from '../../protocol/api/webhooks.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { webhooksPerRoomMax, webhookUrlCharactersMax } from '../../protocol/limits.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { newMessageId } from '../../test/support/ids.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { roomOf, wideLimits } from '../../test/support/parley.ts'
import {
  bodiesOf,
  type Received,
  type Receiver,
  says,
  startReceiver,
} from '../../test/support/receiver.ts'
import { code } from '../../test/support/rooms-http.ts'

const parley = await ownParley({ vars: wideLimits })
const { http, db } = parley
const [ana] = await signUpAll(parley, 'Ana')
const receivers: Receiver[] = []
afterAll(() => Promise.all(receivers.map((receiver) => receiver.close())))

async function hooked(more: object = {}) {
  const room = await roomOf(ana)
  const receiver = await startReceiver()
  receivers.push(receiver)
  const path = `/rooms/${room}/webhooks`
  const { body: hook } = await ana.ask<NewWebhook>('POST', path, { url: receiver.url, ...more })
  return { room, receiver, hook, path: `${path}/${hook.id}`, list: path }
}

const say = (room: RoomId, body: string) =>
  ana.ask('POST', `/rooms/${room}/messages`, { id: newMessageId(), body })

async function saySome(room: RoomId, from: number, to: number): Promise<string[]> {
  const said = Array.from({ length: to - from + 1 }, (_, n) => `Line ${from + n}`)
  for (const body of said) await say(room, body)
  return said
}

const isVerified = ({ headers, text }: Received, secret: string): boolean => {
  try {
    new StandardWebhook(secret).verify(text, headers as Record<string, string>)
    return true
  } catch {
    return false
  }
}

const told = (text: string) => (received: Received) => received.text.includes(`"${text}"`)

describe('a receiver', () => {
  it('[HOK1] is sent the rows as a socket is, signed by the standard', async () => {
    const { room, receiver, hook } = await hooked()
    await say(room, 'Hello')
    const received = await receiver.until(told('Hello'))
    expect(isVerified(received, hook.secret)).toBe(true)
    expect(isVerified({ ...received, text: `${received.text} ` }, hook.secret)).toBe(false)
    expect(received.delivery).toMatchObject({ type: 'changes', roomId: room })
    expect(received.delivery).toMatchObject({
      messages: [{ seq: 1, authorId: ana.id, body: 'Hello' }],
      people: [{ id: ana.id, name: 'Ana' }],
    })
  })

  it('[HOK2] hears everything in order and without a gap, over failures and a kill', async () => {
    const { room, receiver } = await hooked({ events: ['messages'] })
    const said = await saySome(room, 1, 5)
    await receiver.until(told('Line 5'))
    receiver.answer = says(500)
    said.push(...(await saySome(room, 6, 10)))
    const refused = await receiver.until(told('Line 6'))
    await parley.workerd.kill()
    receiver.answer = says(204)
    await parley.workerd.start()
    said.push(...(await saySome(room, 11, 12)))
    await receiver.until(told('Line 12'))
    const again = receiver.received.filter(({ id }) => id === refused.id)
    expect(again.length).toBeGreaterThan(1)
    expect(new Set(again.map(({ text }) => text)).size).toBe(1)
    expect([...new Set(bodiesOf(receiver))]).toEqual(said)
    const steps = [...new Map(receiver.received.map((one) => [one.id, one.delivery])).values()]
    steps.forEach((step, n) => {
      const before = steps[n - 1]
      if (before && step.type === 'changes') expect(step.from).toBe(before.to)
    })
  })

  it('[HOK3] that never answers keeps nobody waiting', async () => {
    const { room, receiver, list } = await hooked()
    receiver.answer = () => {}
    const quick = await startReceiver()
    receivers.push(quick)
    await ana.ask('POST', list, { url: quick.url })
    await say(room, 'One')
    await Promise.all([receiver.until(told('One')), quick.until(told('One'))])
    const before = performance.now()
    expect((await say(room, 'Two')).status).toBe(201)
    await quick.until(told('Two'))
    expect(performance.now() - before).toBeLessThan(3_000)
    expect(bodiesOf(receiver)).toEqual(['One'])
  })

  it('[HOK3] that is gone for good is called no more, and that is on record', async () => {
    const { room, receiver, hook, list, path } = await hooked()
    receiver.answer = says(410)
    await say(room, 'Anybody?')
    const shown = async () => (await ana.ask<{ webhooks: Webhook[] }>('GET', list)).body.webhooks[0]
    await expect.poll(async () => (await shown())?.paused?.reason).toBe('gone')
    const records = async () =>
      (
        await db.execute(
          sql`select detail from audit_log where kind = 'webhookPaused' and room_id = ${room}`,
        )
      ).rows
    await expect.poll(records).toEqual([{ detail: { webhookId: hook.id, reason: 'gone' } }])
    receiver.answer = says(200)
    await say(room, 'Back?')
    expect((await ana.ask<Webhook>('PATCH', path, { paused: false })).body.paused).toBeNull()
    await receiver.until(told('Back?'))
    expect([...new Set(bodiesOf(receiver))]).toEqual(['Anybody?', 'Back?'])
  })

  it('[S24] leads us nowhere: a redirect is a failure', async () => {
    const { room, receiver } = await hooked()
    const elsewhere = await startReceiver()
    receivers.push(elsewhere)
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer = says(status, { location: elsewhere.url })
      await say(room, `To ${status}`)
    }
    await receiver.until(told('To 301'))
    receiver.answer = says(307, { location: elsewhere.url })
    const { body } = await ana.ask<{ webhooks: Webhook[] }>('GET', `/rooms/${room}/webhooks`)
    const path = `/rooms/${room}/webhooks/${body.webhooks[0]?.id}/test`
    expect((await ana.ask<WebhookTested>('POST', path)).body).toEqual({ status: 307 })
    expect(elsewhere.received).toEqual([])
  })

  it('[S24] that answers without end is not listened to', async () => {
    const { room, receiver } = await hooked()
    let written = 0
    receiver.answer = (response) => {
      response.writeHead(200)
      const chunk = 'x'.repeat(65_536)
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
      }
      response.on('drain', pour)
      pour()
    }
    await say(room, 'One')
    await receiver.until(told('One'))
    await say(room, 'Two')
    await receiver.until(told('Two'))
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })
})

it('[HOK4] is signed with both secrets while one replaces the other', async () => {
  const { room, receiver, hook, path } = await hooked()
  const { body: next } = await ana.ask<WebhookSecret>('POST', `${path}/secret`)
  await say(room, 'Hello')
  const received = await receiver.until(told('Hello'))
  expect(String(received.headers['webhook-signature']).split(' ')).toHaveLength(2)
  expect([hook.secret, next.secret].map((secret) => isVerified(received, secret))).toEqual([
    ...[true, true],
  ])
})

it('[HOK4] shows its secret once, and keeps it out of lists, exports, Postgres and logs', async () => {
  const { room, receiver, hook, path, list } = await hooked()
  const { body: next } = await ana.ask<WebhookSecret>('POST', `${path}/secret`)
  await say(room, 'Hello')
  await receiver.until(told('Hello'))
  const texts = [(await http('GET', list, { token: ana.token })).text, parley.workerd.output()]
  for (const format of ['ndjson', 'sqlite']) {
    const answer = await fetch(`${parley.url}/api/v1/rooms/${room}/export?format=${format}`, {
      headers: { authorization: `Bearer ${ana.token}` },
    })
    const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
    expect(text).toContain('Hello')
    expect(text).not.toContain(receiver.url)
    texts.push(text)
  }
  texts.push(JSON.stringify((await db.execute(sql`select * from audit_log`)).rows))
  const secrets = [hook.secret, next.secret].map((secret) => secret.slice(6))
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret)
})

it('[HOK1] is called once with nothing to tell, when asked', async () => {
  const { receiver, path } = await hooked()
  receiver.answer = says(418)
  expect((await ana.ask<WebhookTested>('POST', `${path}/test`)).body).toEqual({ status: 418 })
  expect(receiver.received.map(({ delivery }) => delivery.type)).toEqual(['test'])
})

it('[HOK1] is called no more once it is removed', async () => {
  const { room, receiver, path } = await hooked()
  expect((await ana.ask('DELETE', path)).status).toBe(204)
  await say(room, 'Hello')
  expect(code(await ana.ask('POST', `${path}/test`))).toEqual([404, 'notFound'])
  expect(receiver.received).toEqual([])
})

it('[S24] of hostile addresses none is taken, made or changed to', async () => {
  const { room, receiver, path } = await hooked()
  const hostile = [
    ...[parley.url, `${parley.url}/api/v1`, 'http://10.0.0.1/', 'https://169.254.169.254/latest'],
    ...[
      'https://[::ffff:127.0.0.1]/',
      'https://2130706433/',
      `${receiver.url.replace('//', '//evil.io@')}`,
    ],
    ...[receiver.url.replace('http:', 'https:'), receiver.url.replace('//', '//a:b@'), 'nothing'],
    `https://a.io/${'a'.repeat(webhookUrlCharactersMax)}`,
  ]
  for (const url of hostile) {
    const made = await ana.ask('POST', `/rooms/${room}/webhooks`, { url })
    expect([url, ...code(made)]).toEqual([url, 400, 'invalid'])
    expect(code(await ana.ask('PATCH', path, { url }))).toEqual([400, 'invalid'])
  }
})

it('[HOK5] another life of the room is told, and what comes in it', async () => {
  const root = await signUpAdmin(parley, 'Root')
  const { room, receiver } = await hooked()
  await say(room, 'Before')
  await receiver.until(told('Before'))
  expect((await root.ask('POST', `/admin/rooms/${room}/epoch`)).status).toBeLessThan(300)
  const { delivery } = await receiver.until((one) => one.delivery.type === 'epoch')
  await say(room, 'After')
  expect((await receiver.until(told('After'))).delivery.epoch).toBe(delivery.epoch)
  expect(bodiesOf(receiver)).toEqual(['Before', 'After'])
})

it('[LIM] a room has so many', async () => {
  const { list, receiver } = await hooked()
  const { url } = receiver
  const make = () => ana.ask('POST', list, { url })
  for (let n = 1; n < webhooksPerRoomMax; n += 1) expect((await make()).status).toBe(201)
  expect(code(await make())).toEqual([409, 'limitReached'])
})
