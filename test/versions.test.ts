// Old and new side by side: yesterday's client on today's server, today's client on older frames. [R21]

import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { decodeServerFrame } from '../protocol/frames.ts'
import type { MessageId } from '../protocol/ids.ts'
import {
  decodeServerFrame as decodeOld,
  encode as encodeOld,
  type OldFrame,
  SUBPROTOCOL,
} from './fixtures/client-1/protocol.js'
import { makeBot } from './support/bots.ts'
import { newMessageId } from './support/ids.ts'
import { allSaid } from './support/kill-run.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { type Person, roomOf, wideLimits } from './support/parley.ts'
import { RoomSocket } from './support/room-socket.ts'

const parley = await ownParley({ vars: wideLimits })
const [ana, bo] = await signUpAll(parley, 'Ana', 'Bo')
const room = await roomOf(ana, [bo])

/** The first client's way with a room: what it does not know it skips, what it has it never undoes. */
class OldClient {
  readonly #socket: WebSocket
  readonly acknowledged = new Map<number, number>()
  readonly messages = new Map<number, string>()
  readonly problems: string[] = []
  readonly skipped = new Set<string>()
  epoch = ''
  rev: number | null = null
  resumed: boolean | null = null

  constructor(person: Person, cursor?: { epoch: string; rev: number }) {
    const query = cursor ? `?epoch=${cursor.epoch}&after=${cursor.rev}` : ''
    const address = `${parley.url.replace('http', 'ws')}/api/v1/rooms/${room}/socket${query}`
    this.rev = cursor?.rev ?? null
    this.#socket = new WebSocket(address, [SUBPROTOCOL, person.token])
    this.#socket.on('message', (data) => this.#hear(String(data)))
  }

  say(ref: number, id: MessageId, body: string): void {
    this.#socket.send(encodeOld({ type: 'send', ref, id, body }))
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.close()
    await gone
  }

  get cursor() {
    return { epoch: this.epoch, rev: this.rev ?? 0 }
  }

  #hear(text: string): void {
    const frame = decodeOld(text)
    if (!frame) return void this.skipped.add(String(JSON.parse(text).type))
    if (frame.type === 'welcome') {
      this.epoch = frame.epoch
      this.resumed = frame.resumed
    }
    if (frame.type === 'ok') this.acknowledged.set(frame.ref, frame.seq)
    if (frame.type === 'refused' || frame.type === 'closing') this.problems.push(frame.code)
    if (frame.type === 'changes') this.#apply(frame)
  }

  #apply({ from, to, messages, more }: Extract<OldFrame, { type: 'changes' }>): void {
    if (from !== null && from !== this.rev) this.problems.push(`from ${from} after ${this.rev}`)
    this.rev = to
    for (const { seq, body } of messages) {
      if (body !== undefined) this.messages.set(seq, body)
    }
    if (more) this.#socket.send(encodeOld({ type: 'sync', after: to }))
  }
}

const soon = (isSo: () => boolean) =>
  expect.poll(isSo, { timeout: 20_000, interval: 10 }).toBe(true)

const bodiesOf = async () =>
  (await allSaid(ana, room)).map(({ seq, body }): [number, string] => [seq, body])

describe('the client of before', () => {
  it('[R21 SOK1 SOK4] connects, talks and hears, past all that it does not know', async () => {
    const old = new OldClient(bo)
    await soon(() => old.rev !== null)
    const today = new RoomSocket(parley.url, room, ana.token)
    await today.welcome()
    today.send({ type: 'typing', on: true })
    for (let ref = 1; ref <= 200; ref += 1) old.say(ref, newMessageId(), `Old ${ref}`)
    await soon(() => old.acknowledged.size === 200)
    today.send({
      type: 'send',
      ref: 1,
      id: newMessageId(),
      body: 'A reply',
      replyTo: 5,
      mentions: [bo.id],
    })
    today.send({ type: 'react', ref: 2, seq: 5, emoji: '🎉', on: true })
    today.send({ type: 'edit', ref: 3, seq: 6, body: 'No' })
    today.send({ type: 'read', seq: 9 })
    today.send({ type: 'edit', ref: 4, seq: 202, body: 'Edited' })
    await today.until(
      (frame) => frame.type === 'changes' && frame.messages.some(({ body }) => body === 'Edited'),
    )
    await makeBot(ana, room) // Of which the first client knows nothing. [BOT2]
    await today.until(
      (frame) => frame.type === 'changes' && frame.members.some(({ isBot }) => isBot),
    )
    const { changes } = today
    await soon(() => old.rev === changes.at(-1)?.to)
    expect(old.problems).toEqual([])
    await soon(() => ['presence', 'typing', 'reads'].every((type) => old.skipped.has(type)))
    const said = [...old.messages].filter(([, body]) => body !== '').sort(([a], [b]) => a - b)
    expect(said).toEqual(await bodiesOf())
    await Promise.all([old.close(), today.close()])
  })

  it('[R21 R7 SOK2] resumes from where it was, page by page, and has what a fresh one has', async () => {
    const first = new OldClient(bo)
    await soon(() => first.rev !== null)
    const { cursor, messages } = first
    await first.close()
    const today = new RoomSocket(parley.url, room, ana.token)
    await today.welcome()
    for (let ref = 1; ref <= 1_500; ref += 1) {
      today.send({ type: 'send', ref, id: newMessageId(), body: `Missed ${ref}` })
    }
    await today.until((frame) => frame.type === 'ok' && frame.ref === 1_500)
    const { rev } = await today.welcome()

    const second = new OldClient(bo, cursor)
    await soon(() => Number(second.rev) >= rev + 1_500)
    expect([second.resumed, second.problems]).toEqual([true, []])
    const known = new Map([...messages, ...second.messages].filter(([, body]) => body !== ''))
    expect((await bodiesOf()).slice(-1_500)).toEqual([...known].slice(-1_500))
    await Promise.all([second.close(), today.close()])
  })

  it('[R21 SND2 SND3] asks again for what it sent before it was cut, and it is once there', async () => {
    const drafts = Array.from({ length: 50 }, (_, n) => ({
      id: newMessageId(),
      body: `Draft ${n}`,
    }))
    const client = new OldClient(bo)
    await soon(() => client.rev !== null)
    for (const [ref, { id, body }] of drafts.entries()) client.say(ref, id, body)
    await parley.workerd.kill()
    await parley.workerd.start()
    const again = new OldClient(bo, client.cursor)
    await soon(() => again.resumed !== null)
    for (const [ref, { id, body }] of drafts.entries()) again.say(ref, id, body)
    await soon(() => again.acknowledged.size === drafts.length)
    for (const [ref, seq] of client.acknowledged) expect(again.acknowledged.get(ref)).toBe(seq)
    const kept = (await bodiesOf())
      .map(([, body]) => body)
      .filter((body) => body.startsWith('Draft'))
    expect(kept).toEqual(drafts.map(({ body }) => body))
    expect(again.problems).toEqual([])
    await again.close()
  })
})

describe('the client of today', () => {
  it('[R21] takes rows and frames that lack what came since, and skips what is not known yet', () => {
    const [id, authorId] = [newMessageId(), ana.id]
    const changes = decodeServerFrame(
      JSON.stringify({
        ...{ type: 'changes', from: 1, to: 2 },
        messages: [{ seq: 1, rev: 2, id, authorId, body: 'Old', createdAt: 1, unheardOf: true }],
      }),
    )
    expect(changes).toMatchObject({ from: 1, to: 2, members: [], people: [], more: false })
    expect(changes?.type === 'changes' && changes.messages[0]).toEqual({
      ...{ seq: 1, rev: 2, id, authorId, body: 'Old', createdAt: 1 },
    })
    expect(decodeServerFrame('{"type":"hologram","of":"Ana"}')).toBeNull()
    expect(decodeServerFrame('{"type":"ok","ref":1,"seq":1,"rev":2,"at":3}')).toMatchObject({
      ref: 1,
    })
  })
})
