// The floor: an object that does the least that could count. Stores, then sends to everyone, or back.

import { DurableObject } from 'cloudflare:workers'

interface Env {
  readonly ROOM: DurableObjectNamespace
  readonly TELLS: 'everyone' | 'the sender'
}

export class BareRoom extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    state.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, body TEXT)',
    )
  }

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(sender: WebSocket, frame: string): void {
    this.ctx.storage.sql.exec('INSERT INTO messages (body) VALUES (?)', frame)
    if (this.env.TELLS === 'the sender') return sender.send(frame)
    for (const socket of this.ctx.getWebSockets()) socket.send(frame)
  }
}

export default {
  fetch: (request: Request, env: Env) =>
    env.ROOM.getByName(new URL(request.url).pathname).fetch(request),
}
