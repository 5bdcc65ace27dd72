// What people and the world do in a simulated run, each with how often it happens.

import { Restoration } from '../../durable/backup.ts'
import type { OpenRoom } from '../../durable/open-room.ts'
import type { Answer, Asker } from '../../durable/room-calls.ts'
import type { MemberRow, MessageRow, RoomSettings } from '../../protocol/changes.ts'
import type { Seq } from '../../protocol/ids.ts'
import type { Page } from './page.ts'
import { passersBy } from './passers-by.ts'
import { poison } from './postgres.ts'
import type { Player, Stage } from './stage.ts'

type Deed = (stage: Stage) => void

/** A weight beside each; together some two hundred. */
export const deeds: readonly (readonly [weight: number, name: string, deed: Deed])[] = [
  [40, 'write', withPage((page) => page.write({}))],
  [
    6,
    'write many',
    withPage((page, { world }) => {
      for (let n = world.whole(3, 14); n > 0; n -= 1) page.write({})
    }),
  ],
  [
    8,
    'answer',
    withMessage((page, seq, stage) => {
      page.write({ replyTo: seq, mentions: [stage.someone().userId] })
    }),
  ],
  [0.4, 'write poison', withPage((page) => page.write({}, poison))],
  [
    9,
    'edit',
    withMessage((page, seq, { world }) => {
      const body = page.store.model.value?.messages.find((row) => row.seq === seq)?.body
      page.store.edit(seq, `${body?.split(' ')[0]} ${world.whole(1, 99)}`)
    }),
  ],
  [4, 'delete', withMessage((page, seq) => page.store.remove(seq))],
  [
    10,
    'react',
    withMessage((page, seq, { world }) => {
      page.store.react(seq, world.pick(['👍', '🎉', '😀'])!, world.random() < 0.7)
    }),
  ],
  [14, 'read', withMessage((page, seq) => page.store.markRead(seq))],
  [
    8,
    'read elsewhere',
    withPlayer((stage, player, asker) => {
      const seq = stage.world.whole(0, stage.server.open.ledger.seq + 1) as Seq
      stage.http(player, 'read', ({ signs }) => signs.markRead(asker, seq))
    }),
  ],
  [4, 'type', withPage((page, { world }) => page.store.type(world.random() < 0.7))],
  [5, 'scroll up', withPage((page) => void page.store.loadOlder())],

  [
    3,
    'leave',
    withPlayer((stage, player, asker) => {
      stage.http(player, 'leave', ({ people, archive }) => {
        const answer = people.leave(asker)
        if (answer.ok) stage.checks.turnedOut(player.userId)
        stage.catchUp(archive)
        return answer
      })
    }),
  ],
  [7, 'join', withPlayer((stage, player, asker) => stage.join(player, asker))],
  [
    2,
    'remove',
    withTarget((stage, { userId }, { people }, asker) => {
      const answer = people.remove(asker, userId)
      if (answer.ok) stage.checks.turnedOut(userId)
      return answer
    }),
  ],
  [
    1.5,
    'ban',
    withTarget((stage, target, { people }, asker) => {
      const answer = people.ban(asker, target.person())
      if (answer.ok) stage.checks.turnedOut(target.userId)
      return answer
    }),
  ],
  [3, 'unban', withTarget((_, { userId }, { people }, asker) => people.unban(asker, userId))],
  [
    2,
    'mute',
    withTarget(({ world }, { userId }, { people }, asker) => {
      const mutedUntil = world.random() < 0.6 ? world.nowMs + world.whole(1_000, 20_000) : null
      return people.changeMember(asker, userId, { mutedUntil })
    }),
  ],
  [
    2,
    'give a role',
    withTarget(({ world }, { userId }, { people }, asker) => {
      const role = world.pick(['member', 'moderator', 'member', 'moderator', 'owner'] as const)!
      return people.changeMember(asker, userId, { role })
    }),
  ],
  [
    2,
    'take a name',
    withPlayer((stage, player) => {
      player.name = `${player.name.split(' ')[0]} ${stage.world.whole(2, 99)}`
      const person = player.person(stage.world.nowMs)
      stage.http(player, 'name', ({ people }) => people.renamePerson(person))
    }),
  ],
  [
    2,
    'rename the room',
    withPlayer((stage, player, asker) => {
      const { directory } = stage.postgres
      const name = `Kitchen ${directory.version}`
      stage.postgres.directory = { ...directory, name, version: directory.version + 1 }
      const entry = stage.postgres.directory
      stage.http(player, 'room name', ({ people }) => people.change(asker, entry))
    }),
  ],
  [
    1,
    'configure',
    withTarget(({ world }, _, { people }, asker) => {
      const settings = { slowModeSeconds: world.pick([0, 0, 1, 3])!, editWindowSeconds: null }
      return people.configure(asker, settings)
    }),
  ],
  [
    2.5,
    'sign out',
    (stage) => {
      const browser = stage.world.pick(stage.browsers)!
      const { sessionId, userId } = browser
      if (browser.state.value.state !== 'signedIn') return
      browser.signOut()
      stage.http(stage.playerOf(userId), 'sign out', ({ ended, reception }) => {
        ended.add([sessionId], stage.world.nowMs + 900_000)
        const reason = { code: 'unauthenticated', detail: '' } as const
        reception.endAll(reason, (session) => session.sessionId === sessionId)
        stage.checks.signedOut(sessionId)
        return { ok: true, value: null }
      })
    },
  ],
  [
    5,
    'sign in',
    (stage) => {
      const out = stage.browsers.filter(({ state }) => state.value.state === 'signedOut')
      stage.world.pick(out)?.signIn()
    },
  ],

  [6, 'page killed', withPage((page, stage) => stage.kill(page))],
  [1, 'page closed', withPage((page, stage) => stage.close(page))],
  [3, 'page opened', (stage) => stage.sit(stage.world.pick(stage.browsers)!)],
  [9, 'connection cut', withPage((page) => page.host.cable?.cut())],
  [4, 'network gone', withPage((page) => page.host.network(false))],
  [8, 'network back', withPage((page) => page.host.network(true))],
  [2, 'looked at', withPage((page) => page.host.see('woke'))],
  [2, 'asked again', withPage((page) => page.store.reconnectNow())],

  [
    1.5,
    'all cut',
    ({ server }) => {
      for (const end of server.sessions.keys()) end.cable.cut()
    },
  ],
  [5, 'crash', ({ server }) => server.crash('as it happens')],
  [7, 'hibernate', ({ server }) => void server.hibernate()],
  [
    1,
    'export',
    (stage) => {
      const { reader, ledger } = stage.server.open
      const members = stage.server.disk.read<MemberRow & Record<string, string | number | null>>(
        `SELECT user AS userId, rev, name, avatar, role, state, muted_until AS mutedUntil
       FROM members`,
      )
      const { seq, room } = ledger
      stage.backup = { messages: reader.range(1, seq), members, settings: room.settings }
    },
  ],
  ...passersBy,
  [0.5, 'restore', (stage) => restore(stage)],
  [0.4, 'another epoch', (stage) => stage.server.renewEpoch()],
]

export interface BackupRows {
  readonly messages: readonly MessageRow[]
  readonly members: readonly MemberRow[]
  readonly settings: RoomSettings
}

function restore(stage: Stage): void {
  const { backup, server } = stage
  if (!backup || server.isDown) return
  const restored = new Set(backup.messages.map(({ seq }) => seq))
  const lost = server.open.reader.range(1, server.open.ledger.seq)
  const isDone = server.renewEpoch((epoch) => {
    const restoration = new Restoration(server.sqlNow())
    for (const row of backup.messages) restoration.add(row)
    restoration.finish(backup.members, backup.settings, epoch)
  })
  if (!isDone) return
  for (const { seq, id } of lost) {
    if (!restored.has(seq)) stage.excused.add(stage.checks.born.get(id) ?? '')
  }
}

function withPage(deed: (page: Page, stage: Stage) => void): Deed {
  return (stage) => {
    const page = stage.world.pick(stage.pages)
    if (page) deed(page, stage)
  }
}

/** Some message that a page holds, the newer ones more often. */
function withMessage(deed: (page: Page, seq: Seq, stage: Stage) => void): Deed {
  return withPage((page, stage) => {
    const messages = page.store.model.value?.messages ?? []
    const recent = stage.world.random() < 0.6 ? messages.slice(-5) : messages
    const message = stage.world.pick(recent)
    if (message) deed(page, message.seq, stage)
  })
}

function withPlayer(deed: (stage: Stage, player: Player, asker: Asker) => void): Deed {
  return (stage) => {
    const player = stage.someone()
    deed(stage, player, stage.askerOf(player))
  }
}

/** Mostly by whoever may: else next to nothing would happen. */
function withTarget(
  deed: (stage: Stage, target: Player, open: OpenRoom, asker: Asker) => Answer<unknown>,
): Deed {
  return (stage) => {
    const target = stage.someone()
    const player = stage.world.random() < 0.8 ? stage.somebodyWhoMay() : stage.someone()
    const asker = stage.askerOf(player)
    stage.http(player, 'moderation', (open) => deed(stage, target, open, asker))
  }
}
