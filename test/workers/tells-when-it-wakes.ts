// The Worker as it is, but for one line in its log each time a room's object is made anew.

import type { RoomBindings } from '../../durable/settings.ts'
import worker, { LoginGuard, Meter, ChatRoom as RealRoom } from '../../worker/index.ts'

export default worker
export { LoginGuard, Meter }

export class ChatRoom extends RealRoom {
  constructor(state: DurableObjectState, env: RoomBindings) {
    super(state, env)
    console.log('A room woke.')
  }
}
