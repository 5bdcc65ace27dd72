// The floor of an idle socket: an object that accepts sockets and lets them sleep.

import { DurableObject } from 'cloudflare:workers'

export class BareRoom extends DurableObject<object> {
  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(socket: WebSocket, frame: string): void {
    socket.send(frame)
  }
}

export default {
  fetch: (request: Request, env: { ROOM: DurableObjectNamespace }) =>
    env.ROOM.getByName(new URL(request.url).pathname).fetch(request),
}
