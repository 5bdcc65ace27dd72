// One client that was away: from the upgrade being sent until the last page is here, checked.

import WebSocket from 'ws'
import { nowMs } from './clock.ts'
import type { Wire } from './wire.ts'

/** Of a page: both a room's `changes` and the floor's are this much. */
interface Page {
  readonly messages?: readonly { readonly seq: number }[]
  readonly snapshot?: boolean
}

export interface Resumed {
  readonly ms: number
  readonly pages: number
  /** Rows in the first page, which nothing but the page's limits cut off. */
  readonly pageRows: number
}

/**
 * Throws unless exactly `missed` messages come, in order and to the last. Frames are only skimmed
 * on the way and read when all are here: what this client costs is not what the server takes.
 */
export async function resume({ address, protocols }: Wire, missed: number): Promise<Resumed> {
  const socket = new WebSocket(address, [...protocols], { perMessageDeflate: false })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const startMs = nowMs()
  const frames: Buffer[] = []
  socket.on('error', reject)
  socket.on('close', (code) => reject(new Error(`The socket closed: ${code}`)))
  socket.on('message', (frame: Buffer) => {
    const start = frame.toString('latin1', 0, 120)
    if (!start.startsWith('{"type":"changes"')) return
    frames.push(frame)
    if (!frame.includes('"more":true')) return resolve()
    const [, to] = /"to":(\d+)/.exec(start) ?? []
    socket.send(JSON.stringify({ type: 'sync', after: Number(to) }))
  })
  await promise
  const ms = nowMs() - startMs
  socket.terminate()

  const sizes = check(frames, missed)
  return { ms, pages: sizes.length, pageRows: sizes[0] ?? 0 }
}

/** How many messages each page holds. */
function check(frames: readonly Buffer[], missed: number): number[] {
  const pages = frames.map((frame): Page => JSON.parse(String(frame)))
  const seqs = pages.flatMap(({ messages = [] }) => messages.map(({ seq }) => seq))
  const isWhole = seqs.every((seq, index) => seq === seqs[0]! + index)
  if (seqs.length !== missed || !isWhole || pages.some(({ snapshot }) => snapshot)) {
    throw new Error('A hole, a repeat or a snapshot: no result.')
  }
  return pages.map(({ messages = [] }) => messages.length)
}
