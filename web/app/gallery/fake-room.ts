// A room that lives in the page: draws like the real one, and answers what one types.

import { signal } from '@preact/signals'
import { parse } from 'valibot'
import { defaultSettings, type MessageRow, type Reactions } from '../../../protocol/changes.ts'
import type { FailureCode } from '../../../protocol/failures.ts'
import { Rev, Seq, type UserId } from '../../../protocol/ids.ts'
import type {
  ConnectionFace,
  Draft,
  Mishap,
  Presence,
  RoomModel,
  RoomStore,
  Unread,
} from '../../store/room-store.ts'
import { chatter, draft, plain } from './messages.ts'
import { ana, harbour, ivan, long, me, sara, tomas } from './people.ts'

export interface RoomScene {
  readonly messages?: readonly MessageRow[]
  readonly drafts?: readonly Draft[]
  readonly face?: ConnectionFace
  readonly atBeginning?: boolean
  readonly unknown?: boolean
  readonly name?: string
  readonly topic?: string
  readonly mutedUntil?: number
  readonly membersComplete?: boolean
  readonly slowModeSeconds?: number
  readonly slowUntilMs?: number
  readonly presence?: Presence
  readonly typing?: readonly UserId[]
  readonly mishap?: Mishap
}

export interface FakeRoom extends RoomStore {
  /** Adds messages of others at the end. */
  hear(count: number): void
  /** Turns the oldest draft into its row. */
  settle(): void
  /** The server closes the room to this person. */
  stop(code: FailureCode): void
}

export function fakeRoom(scene: RoomScene): FakeRoom {
  const model = signal(scene.unknown ? null : modelOf(scene))
  const connection = signal<ConnectionFace>(scene.face ?? { face: 'live' })
  const drafts = signal<readonly Draft[]>(scene.drafts ?? [])
  const history = signal<'idle' | 'loading' | 'failed'>('idle')
  const change = (to: (before: RoomModel) => Partial<RoomModel>) => {
    const before = model.peek()
    if (before) model.value = { ...before, ...to(before) }
  }
  const alter = (seq: Seq, to: (row: MessageRow) => Partial<MessageRow>) =>
    change(({ messages }) => ({
      messages: messages.map((row) => (row.seq === seq ? { ...row, ...to(row) } : row)),
    }))
  const nextSeq = () => (model.peek()?.messages.at(-1)?.seq ?? 0) + 1
  let sent = 0

  return {
    id: harbour.id,
    model,
    connection,
    drafts,
    history,
    resyncs: signal(0),
    ...signs(scene),
    send: (body) => {
      sent += 1
      const sending = { state: 'sending', sinceMs: Date.now() } as const
      drafts.value = [
        ...drafts.value,
        { ...draft(1_000 + sent, body, sending), createdAt: Date.now() },
      ]
    },
    edit: (seq, body) => alter(seq, () => ({ body, editedAt: Date.now() })),
    remove: (seq) => alter(seq, () => ({ body: '', reactions: {}, deletedAt: Date.now() })),
    react: (seq, emoji, on) =>
      alter(seq, ({ reactions }) => ({ reactions: reacted(reactions, emoji, on) })),
    forgetMishap: () => undefined,
    markRead: () => undefined,
    type: () => undefined,
    retry: () => undefined,
    discard: (id) => {
      drafts.value = drafts.value.filter((one) => one.id !== id)
    },
    loadOlder: async () => {
      const first = model.peek()?.messages[0]?.seq ?? 1
      const count = Math.min(50, first - 1)
      history.value = 'loading'
      await Promise.resolve()
      change(({ messages }) => ({
        messages: [...chatter(count, first - count), ...messages],
        atBeginning: first - count <= 1,
      }))
      history.value = 'idle'
    },
    reconnectNow: () => undefined,
    close: () => undefined,
    hear: (count) =>
      change(({ messages }) => ({
        messages: [
          ...messages,
          ...chatter(count, nextSeq()).map((row) => ({ ...row, authorId: ana.id })),
        ],
      })),
    stop: (code) => {
      connection.value = { face: 'stopped', code }
    },
    settle: () => {
      const [first, ...rest] = drafts.peek()
      if (!first) return
      const seq = parse(Seq, nextSeq())
      const row: MessageRow = {
        ...{ seq, rev: parse(Rev, seq), id: first.id, authorId: me.id, kind: 'message' },
        ...plain,
        ...{ body: first.body, createdAt: first.createdAt },
      }
      change(({ messages }) => ({ messages: [...messages, row] }))
      drafts.value = rest
    },
  }
}

function modelOf(scene: RoomScene): RoomModel {
  const people = [me, ana, tomas, sara, ivan, long]
  return {
    room: {
      id: harbour.id,
      rev: parse(Rev, 1),
      name: scene.name ?? harbour.name,
      topic: scene.topic ?? harbour.topic,
      visibility: 'public',
      memberCount: people.length,
      settings: { ...defaultSettings, slowModeSeconds: scene.slowModeSeconds ?? 0 },
    },
    you: { userId: me.id, name: me.name, role: 'member', mutedUntil: scene.mutedUntil ?? null },
    messages: scene.messages ?? [],
    atBeginning: scene.atBeginning ?? true,
    people: new Map(people.map((one) => [one.id, one])),
    members: new Map(
      people.map((one) => [
        one.id,
        { role: one === ana ? 'owner' : one === ivan ? 'moderator' : 'member' },
      ]),
    ),
    membersComplete: scene.membersComplete ?? true,
  }
}

function reacted(reactions: Reactions, emoji: string, on: boolean): Reactions {
  const { [emoji]: before = [], ...others } = reactions
  const after = before.filter((userId) => userId !== me.id)
  if (on) after.push(me.id)
  return after.length === 0 ? others : { ...reactions, [emoji]: after }
}

function signs({ presence, typing, mishap, slowUntilMs }: RoomScene) {
  return {
    presence: signal<Presence | null>(presence ?? { online: new Set([me.id]), count: 1 }),
    typing: signal<readonly UserId[]>(typing ?? []),
    reads: signal<ReadonlyMap<UserId, Seq>>(new Map()),
    readSeq: signal<Seq | null>(null),
    unread: signal<Unread | null>(null),
    pending: signal<ReadonlySet<Seq>>(new Set()),
    mishap: signal<Mishap | null>(mishap ?? null),
    slowUntilMs: signal(slowUntilMs ?? 0),
  }
}
