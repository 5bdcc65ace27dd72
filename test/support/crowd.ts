// A room with so many in it, as quickly as it can be had.

import { userId } from './ids.ts'
import { LocalRoom, owner } from './local-room.ts'

/** The owner, and members 2 to `members`, each under a rev of their own. */
export function roomOf(members: number): LocalRoom {
  const room = new LocalRoom()
  for (let n = 2; n <= members; n += 1) {
    room.sql.run(
      `INSERT INTO members (user, name, rev, role, state, named_at)
       VALUES (?, ?, ?, 'member', 'joined', 0)`,
      ...[userId(n), `Person ${n}`, n],
    )
  }
  room.sql.run('UPDATE room SET member_count = ?', members)
  room.restart()
  room.post(owner.id)
  return room
}
