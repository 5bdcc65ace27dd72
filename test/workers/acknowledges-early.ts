// A Worker that is wrong on purpose: it says `ok` first and writes in a later turn.

import worker, { LoginGuard, Meter, ChatRoom as RealRoom } from '../../worker/index.ts'

export default worker
export { LoginGuard, Meter }

export class ChatRoom extends RealRoom {
  #promised = 0

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const command = JSON.parse(String(frame))
    if (command.type !== 'send') return super.webSocketMessage(socket, frame)
    const seq = this.#seqFor(command.id)
    socket.send(JSON.stringify({ type: 'ok', ref: command.ref, seq, rev: 1, at: Date.now() }))
    this.#promised += 1
    setTimeout(() => {
      this.#promised -= 1
      super.webSocketMessage(socket, frame)
    }, 5)
  }

  /** Right, unless the process dies first. */
  #seqFor(id: string): number {
    const { sql } = this.ctx.storage
    const [known] = sql.exec<{ seq: number }>('SELECT seq FROM messages WHERE id = ?', id)
    if (known) return known.seq
    const { head } = sql
      .exec<{ head: number }>('SELECT coalesce(max(seq), 0) AS head FROM messages')
      .one()
    return head + this.#promised + 1
  }
}
