// The floor: an object that does the least that could count. Stores, then sends to everyone.

import { DurableObject } from 'cloudflare:workers'

export class BareRoom extends DurableObject<object> {
  constructor(state: DurableObjectState, env: object) {
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

  override webSocketMessage(_socket: WebSocket, frame: string): void {
    this.ctx.storage.sql.exec('INSERT INTO messages (body) VALUES (?)', frame)
    for (const socket of this.ctx.getWebSockets()) socket.send(frame)
  }
}

export default {
  fetch: (request: Request, env: { ROOM: DurableObjectNamespace }) =>
    env.ROOM.getByName('room').fetch(request),
}
