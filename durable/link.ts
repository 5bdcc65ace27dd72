// The platform's socket in the shape that a session takes.

import type { Link } from './session.ts'

/** Answers pings for us, and knows when it last did. */
type Answering = Pick<DurableObjectState, 'getWebSocketAutoResponseTimestamp'>

/** A peer may be gone before its close event is here; what it misses must not stop the others' news. */
export function linkOf(socket: WebSocket, object: Answering): Link {
  const whileOpen = (work: () => void) => {
    if (socket.readyState === WebSocket.OPEN) work()
  }
  return {
    send: (frame) => whileOpen(() => socket.send(frame)),
    close: (code, reason) => whileOpen(() => socket.close(code, reason)),
    keep: (state) => socket.serializeAttachment(state),
    get backlogBytes() {
      return socket.bufferedAmount
    },
    get pingedAt() {
      return object.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null
    },
  }
}
