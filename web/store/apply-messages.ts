// What changed messages make of the window of messages that this client holds. Pure.

import { type MessageChange, type MessageRow, messageDefaults } from '../../protocol/changes.ts'
import { firstSeq, type Held } from './room-model.ts'

type Window = Pick<Held, 'messages' | 'ahead' | 'aside'>

/**
 * Each row is guarded by its own rev: an older one never overwrites a newer one. One copy of the
 * list a frame, not a message: fifty thousand messages come in fifty pages. [SOK5]
 */
export function applyMessages<Before extends Window>(
  before: Before,
  changes: readonly MessageChange[],
): Before {
  if (changes.length === 0) return before
  const messages = [...before.messages]
  const ahead = new Map(before.ahead)
  const aside = before.aside && new Map(before.aside)
  const first = firstSeq(messages)

  for (const change of changes) {
    const { seq } = change
    const known = messages[seq - first] ?? ahead.get(seq)
    if (seq < first) aside?.set(seq, newest(aside.get(seq), change))
    else if (!known) for (const row of born(change)) ahead.set(seq, row)
    else if (change.rev <= known.rev) continue
    else if (ahead.has(seq)) ahead.set(seq, filled(change, known))
    else messages[seq - first] = filled(change, known)
  }

  // Behind the last row once no hole is left before them.
  for (let row = ahead.get(first + messages.length); row; row = ahead.get(row.seq + 1)) {
    messages.push(row)
    ahead.delete(row.seq)
  }
  return { ...before, messages, ahead, aside }
}

/** A row that was not known: what it leaves out is at its default. Half a row is no birth. */
export function born(change: MessageChange): MessageRow[] {
  const { id, authorId, createdAt } = change
  if (id === undefined || authorId === undefined || createdAt === undefined) return []
  const { mentions, reactions, ...defaults } = messageDefaults
  const empty = { mentions: [...mentions], reactions: { ...reactions } }
  return [filled(change, { ...defaults, ...empty, id, authorId, createdAt })]
}

/** The row as it is with what changed; null is a value, absence is not. */
export function filled(change: MessageChange, base: Omit<MessageRow, 'seq' | 'rev'>): MessageRow {
  return {
    seq: change.seq,
    rev: change.rev,
    id: change.id ?? base.id,
    authorId: change.authorId ?? base.authorId,
    kind: change.kind ?? base.kind,
    body: change.body ?? base.body,
    replyTo: change.replyTo === undefined ? base.replyTo : change.replyTo,
    mentions: change.mentions ?? base.mentions,
    reactions: change.reactions ?? base.reactions,
    notice: change.notice === undefined ? base.notice : change.notice,
    createdAt: change.createdAt ?? base.createdAt,
    editedAt: change.editedAt === undefined ? base.editedAt : change.editedAt,
    deletedAt: change.deletedAt === undefined ? base.deletedAt : change.deletedAt,
  }
}

function newest(known: MessageChange | undefined, change: MessageChange): MessageChange {
  return known && known.rev >= change.rev ? known : { ...known, ...change }
}
