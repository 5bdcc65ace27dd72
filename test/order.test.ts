// One order for everyone: fifty people talk at once, repeat themselves, and agree in the end.

import { and, asc, eq, gt } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import { messages } from '../database/schema.ts'
import type { Seq } from '../protocol/ids.ts'
import { allSaid } from './support/kill-run.ts'
import { manyInARoom } from './support/own-parley.ts'
import { seeded, seedOf } from './support/random.ts'
import { RoomSocket } from './support/room-socket.ts'

const seed = seedOf()
const senders = Number(process.env['SENDERS'] ?? 50)
const each = Number(process.env['EACH'] ?? 100)
const total = senders * each

const { parley, people, room } = await manyInARoom(senders)

it(`[D-11 R3 R4 ORD1 ORD2 ORD3 ORD4 SND2 SOK4] ${senders} senders × ${each} messages with 30% resends: one list, 1…${total} (seed ${seed})`, async () => {
  const random = seeded(seed)
  const sockets = people.map(({ token }) => new RoomSocket(parley.url, room, token))
  const welcomes = await Promise.all(sockets.map((socket) => socket.welcome()))
  const headAtStart = welcomes[0]!.rev

  const sent = people.map(() => [] as { ref: number; id: string; body: string }[])
  for (let n = 0; n < each; n += 1) {
    sockets.forEach((socket, who) => {
      const draft = { ref: n, id: uuidv7(), body: `${who}:${n}` }
      sent[who]!.push(draft)
      socket.send({ type: 'send', ...draft })
      if (random() >= 0.3) return
      const again = sent[who]![Math.floor(random() * sent[who]!.length)]!
      socket.send({ type: 'send', ...again })
    })
  }
  await Promise.all(
    sockets.map((socket) =>
      socket.until((frame) => frame.type === 'changes' && frame.to === headAtStart + total),
    ),
  )

  const lists = sockets.map((socket) =>
    socket.said.map(({ seq, id, body }) => `${seq} ${id} ${body}`),
  )
  expect(lists[0]!.map((line) => Number.parseInt(line, 10))).toEqual(
    Array.from({ length: total }, (_, n) => people.length + n), // After the joins.
  )
  for (const list of lists) expect(list).toEqual(lists[0])
  for (const socket of sockets) {
    const frames = socket.changes.slice(1)
    frames.forEach((frame, n) => {
      expect(frame.from).toBe(n === 0 ? headAtStart : frames[n - 1]!.to)
    })
  }

  // Everyone's own messages in the order in which they were first sent, acknowledged as told.
  const seqOf = new Map(lists[0]!.map((line) => [line.split(' ')[1], Number.parseInt(line, 10)]))
  sent.forEach((drafts, who) => {
    const seqs = drafts.map(({ id }) => seqOf.get(id)!)
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    for (const frame of sockets[who]!.frames) {
      if (frame.type === 'refused') throw new Error(`refused: ${frame.code}`)
      if (frame.type === 'ok') expect(frame.seq).toBe(seqs[frame.ref])
    }
  })

  const history = await allSaid(people[0]!, room)
  expect(history.map(({ seq, id, body }) => `${seq} ${id} ${body}`)).toEqual(lists[0])
  expect(await mirrored()).toEqual(lists[0])
}, 1_800_000)

/** The mirror, once it has everything; the test's own time limit says when it never will. */
async function mirrored(): Promise<string[]> {
  const { id, body, seq } = messages
  const lines: string[] = []
  for (let last = 0 as Seq; lines.length < total; ) {
    const next = and(eq(messages.roomId, room), eq(messages.kind, 'message'), gt(seq, last))
    const page = parley.db.select({ seq, id, body }).from(messages).where(next)
    const rows = await page.orderBy(asc(seq)).limit(5_000)
    lines.push(...rows.map((row) => `${row.seq} ${row.id} ${row.body}`))
    last = rows.at(-1)?.seq ?? last
    if (rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return lines
}
