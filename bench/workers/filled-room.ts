// The Worker as it is, and a way to fill a room and to see what its storage counts.

import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import type { Asker } from '../../durable/room-calls.ts'
import type { RoomBindings } from '../../durable/settings.ts'
import { PostRequest } from '../../protocol/api/messages.ts'
import { SessionId, UserId } from '../../protocol/ids.ts'
import type { Bindings, RoomStub } from '../../worker/env.ts'
import worker, { LoginGuard, Meter, ChatRoom as RealRoom } from '../../worker/index.ts'
import { bodyOf } from './bodies.ts'
import type { Counted } from './counted.ts'

type Row = Record<string, SqlStorageValue>
type FilledRoom = RoomStub & Pick<ChatRoom, 'fill' | 'startCounting' | 'counted'>
interface Env extends Bindings {
  readonly ROOMS: { getByName(name: string): FilledRoom }
}

const Slice = v.object({
  author: v.object({ userId: UserId, sessionId: SessionId }),
  first: v.number(),
  last: v.number(),
})

export { LoginGuard, Meter }

export class ChatRoom extends RealRoom {
  readonly #cursors: { query: string; cursor: SqlStorageCursor<Row> }[] = []
  #isCounting = false

  constructor(state: DurableObjectState, env: RoomBindings) {
    const { sql } = state.storage
    const run = sql.exec.bind(sql)
    super(state, env)
    const counting = (query: string, ...values: unknown[]) => {
      const cursor = run(query, ...values)
      if (this.#isCounting) this.#cursors.push({ query, cursor })
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

  /** What was read since, and written by table, as the platform bills it. */
  counted(): Counted {
    this.#isCounting = false
    const counted = { rowsRead: 0, rowsWritten: new Map<string, number>() }
    for (const { query, cursor } of this.#cursors) {
      counted.rowsRead += cursor.rowsRead
      const [, table = 'other'] = /\b(?:INTO|UPDATE|DELETE FROM)\s+(\w+)/.exec(query) ?? []
      const before = counted.rowsWritten.get(table) ?? 0
      counted.rowsWritten.set(table, before + cursor.rowsWritten)
    }
    return { ...counted, rowsWritten: Object.fromEntries(counted.rowsWritten) }
  }
}

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url)
    const [, bench, room = '', action] = pathname.split('/')
    if (bench !== 'bench') return worker.fetch(request, env, context)
    try {
      return Response.json((await act(env.ROOMS.getByName(room), action, request)) ?? null)
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}

async function act(
  room: FilledRoom,
  action: string | undefined,
  request: Request,
): Promise<unknown> {
  if (action === 'counted') return room.counted()
  if (action === 'start-counting') return room.startCounting()
  const { author, first, last } = v.parse(Slice, await request.json())
  return room.fill(author, first, last)
}
