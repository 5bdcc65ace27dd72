// The Worker as it is, and a way to fill a room and to see what its storage counts.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import type { Asker } from '../../durable/room-calls.ts'
import type { RoomBindings } from '../../durable/settings.ts'
import { PostRequest } from '../../protocol/api/messages.ts'
import { SessionId, UserId } from '../../protocol/ids.ts'
import worker, { ChatRoom as RealRoom } from '../../worker/index.ts'
import { bodyOf } from './bodies.ts'

type Env = Parameters<typeof worker.fetch>[1] & { ROOMS: DurableObjectNamespace<ChatRoom> }

const Slice = v.object({
  author: v.object({ userId: UserId, sessionId: SessionId }),
  first: v.number(),
  last: v.number(),
})

export class ChatRoom extends RealRoom {
  readonly #cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
  #isCounting = false

  constructor(state: DurableObjectState, env: RoomBindings) {
    const { sql } = state.storage
    const run = sql.exec.bind(sql)
    super(state, env)
    const counting = (query: string, ...values: unknown[]) => {
      const cursor = run(query, ...values)
      if (this.#isCounting) this.#cursors.push(cursor)
      return cursor
    }
    Object.defineProperty(sql, 'exec', { value: counting })
  }

  /** Messages `first` to `last`, by the same call as one posted over HTTP, in one turn: one commit. */
  async fill(author: Asker, first: number, last: number): Promise<void> {
    for (let n = first; n <= last; n += 1) {
      const answer = await this.post(
        author,
        v.parse(PostRequest, { id: uuidv7(), body: bodyOf(n) }),
      )
      if (!answer.ok) throw new Error(`Message ${n} was refused: ${answer.refusal.code}`)
    }
  }

  startCounting(): void {
    this.#cursors.length = 0
    this.#isCounting = true
  }

  /** What was read and written since, as the platform bills it. */
  counted(): { rowsRead: number; rowsWritten: number } {
    this.#isCounting = false
    return {
      rowsRead: this.#cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      rowsWritten: this.#cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
    }
  }
}

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url)
    const [, bench, room = '', action] = pathname.split('/')
    if (bench !== 'bench') return worker.fetch(request, env, context)
    const stub = env.ROOMS.getByName(room)
    if (action === 'fill') {
      const { author, first, last } = v.parse(Slice, await request.json())
      await stub.fill(author, first, last)
    }
    if (action === 'start-counting') await stub.startCounting()
    return Response.json(action === 'counted' ? await stub.counted() : null)
  },
}
