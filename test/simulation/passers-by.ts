// People without a browser who come, say something, and whose accounts are deleted: the room forgets them.

import type { OpenRoom } from '../../durable/open-room.ts'
import type { Answer, Asker } from '../../durable/room-calls.ts'
import type { UserId } from '../../protocol/ids.ts'
import type { Stage } from './stage.ts'

type Deed = (stage: Stage) => void

export const passersBy: readonly (readonly [weight: number, name: string, deed: Deed])[] = [
  [3, 'passed by', passBy],
  [2, 'forget', (stage) => forget(stage, stage.world.pick(stage.passersBy))],
]

/** Comes in, if nobody said no, and does something of everything. */
function passBy(stage: Stage): void {
  const { world } = stage
  const asker = { userId: world.mintId() as never, sessionId: world.mintId() as never } as Asker
  stage.passersBy.push(asker.userId)
  const person = { id: asker.userId, name: `Passer ${stage.passersBy.length}`, avatar: null }
  asking(stage, ({ people }) => people.join(asker, { ...person, asOf: world.nowMs }, true))
  for (let n = world.whole(1, 4); n > 0; n -= 1) {
    const message = { id: world.mintId() as never, body: `Passed ${world.mintId()}` }
    const about = { replyTo: null, mentions: [stage.someone().userId] }
    asking(stage, ({ room }) => room.send(asker, { ...message, ...about }))
    asking(stage, ({ room, ledger }) =>
      room.react(asker, { seq: ledger.seq, emoji: world.pick(['👍', '🎉'])!, on: true }),
    )
  }
}

/** As the Worker asks: again and again, whatever was lost in between. */
function forget(stage: Stage, userId: UserId | undefined): void {
  if (!userId) return
  const erases = stage.postgres.gone.get(userId) ?? stage.world.random() < 0.7
  stage.postgres.gone.set(userId, erases)
  for (let n = stage.world.whole(0, 3); n > 0; n -= 1) {
    asking(stage, ({ forgetting }) => ({ ok: true, value: forgetting.advance(userId, erases) }))
  }
}

function asking(stage: Stage, ask: (open: OpenRoom) => Answer<unknown>): void {
  stage.http(stage.someone(), 'passer-by', ask)
}
