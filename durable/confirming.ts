// What messages found in the mirror say by now: the mirror may learn late, the room knows. [SND6, V-6]

import type { Seq } from '../protocol/ids.ts'
import { noBecause, yes } from './answers.ts'
import type { Messages } from './messages.ts'
import type { Rights } from './rights.ts'
import type { Answer, Asker, Confirmed } from './room-calls.ts'

interface Knowing {
  readonly rights: Rights
  readonly messages: Messages
}

/** Those that still say something; none to whoever is not in. */
export function confirm(
  { rights, messages }: Knowing,
  caller: Asker,
  seqs: readonly Seq[],
): Answer<readonly Confirmed[]> {
  if (rights.hasEnded(caller)) return noBecause('unauthenticated')
  if (rights.roleOf(caller.userId) === null) return noBecause('notFound')
  const rows = seqs.flatMap((seq) => messages.find(seq) ?? [])
  return yes(
    rows
      .filter(({ kind, deletedAt }) => kind === 'message' && deletedAt === null)
      .map(({ seq, id, body }) => ({ seq, id, body })),
  )
}
