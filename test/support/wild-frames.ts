// Frames that every schema takes and no client of ours would send: odd numbers, odd text, other people's
// things, in any order. What mutations.ts makes is refused at the door; these come in.

import type { Command, CommandOut } from '../../protocol/commands.ts'
import type { Epoch, MessageId, Rev, Seq, UserId } from '../../protocol/ids.ts'
import { newMessageId } from './ids.ts'

type Random = () => number
type Frame<Type extends Command['type']> = Extract<CommandOut, { type: Type }>

const pick = <T>(items: readonly T[], random: Random): T =>
  items[Math.floor(random() * items.length)] as T

const bodies = [
  'x',
  '\u{1F600}'.repeat(400),
  "'; drop table messages; --",
  '<img src=x onerror=alert(1)>',
  '\u202ereversed',
  '{"type":"closing"}',
  'e\u0301'.repeat(100),
  '\u{10ffff}\uffff\ufffd',
  'a\n'.repeat(50).trim(),
]
const emoji = ['👍', '👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '#️⃣', '❤']
const strangers = ['01a1b2c3-d4e5-7f60-8a9b-0c1d2e3f4a5b' as UserId]
const tokens = ['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', '.'.repeat(2_000)]

/** Ids come again, with the same words and with others. */
const ids: MessageId[] = Array.from({ length: 200 }, newMessageId)

const ref = (random: Random) => pick([0, 1, 2 ** 31, Number.MAX_SAFE_INTEGER], random)
const seq = (random: Random) =>
  pick([1, 2, 3, 1 + Math.floor(random() * 9_000), 2 ** 40, Number.MAX_SAFE_INTEGER], random) as Seq

/** One maker for each command that there is: a new one does not compile until it has its own. */
const makers: { readonly [Type in Command['type']]: (random: Random) => Frame<Type> } = {
  send: (random) => ({
    ...{ type: 'send', ref: ref(random), body: pick(bodies, random) },
    id: random() < 0.5 ? newMessageId() : pick(ids, random),
    ...(random() < 0.3 && { replyTo: seq(random) }),
    ...(random() < 0.3 && { mentions: strangers }),
    ...(random() < 0.1 && { refused: ref(random) }),
  }),
  edit: (random) => ({
    ...{ type: 'edit', ref: ref(random), seq: seq(random), body: pick(bodies, random) },
    ...(random() < 0.3 && { mentions: strangers }),
  }),
  delete: (random) => ({ type: 'delete', ref: ref(random), seq: seq(random) }),
  react: (random) => ({
    ...{ type: 'react', ref: ref(random), seq: seq(random) },
    ...{ emoji: pick(emoji, random), on: random() < 0.7 },
  }),
  read: (random) => ({ type: 'read', seq: seq(random) }),
  typing: (random) => ({ type: 'typing', on: random() < 0.5 }),
  sync: (random) => ({ type: 'sync', ref: ref(random), after: seq(random) as number as Rev }),
  auth: (random) => ({ type: 'auth', ref: ref(random), token: pick(tokens, random) }),
}

/** A page or a verification costs most; of signs there are few before it is a flood. */
const seldom: readonly Command['type'][] = ['sync', 'auth', 'read', 'typing']
const types = Object.keys(makers) as Command['type'][]
const often = types.filter((type) => !seldom.includes(type))

export function wildFrame(random: Random): CommandOut {
  return makers[pick(random() < 0.02 ? types : often, random)](random)
}

/** A good frame of each kind, for whoever spoils it. */
export function goodFrames(random: Random): CommandOut[] {
  return types.map((type) => makers[type](random))
}

/** Where no client is: another life of the room, or beyond its head. */
export function wildCursor(epoch: Epoch, random: Random): string {
  const own = random() < 0.7 ? epoch : strangers[0]
  const after = pick([0, 3, 2 ** 40], random)
  return random() < 0.5 ? '' : `?epoch=${own}&after=${after}&max=${after}`
}
