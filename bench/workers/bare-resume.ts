// The floor of a resume: the same rows, read and sent in pages as the client asks. Knows nobody.

import { DurableObject } from 'cloudflare:workers'

export class BareRoom extends DurableObject<object> {
  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    state.storage.sql.exec(`CREATE TABLE IF NOT EXISTS messages (
      seq INTEGER PRIMARY KEY, id TEXT, author TEXT, kind TEXT, body TEXT,
      created_at INTEGER, edited_at INTEGER, deleted_at INTEGER)`)
  }

  /** POST fills it with the rows it is given; a socket is sent what comes after `after`. */
  override async fetch(request: Request): Promise<Response> {
    if (request.method === 'POST') return this.#fill(await request.json())
    const { searchParams } = new URL(request.url)
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    const rows = Number(searchParams.get('rows'))
    server.serializeAttachment(rows)
    this.#page(server, Number(searchParams.get('after')), rows)
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(socket: WebSocket, frame: string): void {
    this.#page(socket, JSON.parse(frame).after, socket.deserializeAttachment())
  }

  #page(socket: WebSocket, from: number, limit: number): void {
    const messages = this.ctx.storage.sql
      .exec(
        `SELECT seq, seq AS rev, id, author AS authorId, kind, body, created_at AS createdAt,
           edited_at AS editedAt, deleted_at AS deletedAt
         FROM messages WHERE seq > ? ORDER BY seq LIMIT ?`,
        from,
        limit + 1,
      )
      .toArray()
    const more = messages.length > limit
    if (more) messages.pop()
    const to = messages.at(-1)?.['seq'] ?? from
    socket.send(JSON.stringify({ type: 'changes', from, to, messages, more }))
  }

  #fill({ messages, author, body }: { messages: number; author: string; body: string }): Response {
    for (let n = 1; n <= messages; n += 1) {
      this.ctx.storage.sql.exec(
        "INSERT INTO messages VALUES (?, ?, ?, 'message', ?, ?, NULL, NULL)",
        ...[n, crypto.randomUUID(), author, `${n} ${body}`, Date.now()],
      )
    }
    return new Response()
  }
}

export default {
  fetch: (request: Request, env: { ROOM: DurableObjectNamespace }) =>
    env.ROOM.getByName('room').fetch(request),
}
