// What hangs on a message: the one it answers, and what others felt about it. [SND5, SND7]

import type { MessageRow, Person, Reactions as Reacted } from '../../protocol/changes.ts'
import type { Seq, UserId } from '../../protocol/ids.ts'
import { reactorsNamedMax } from '../../protocol/limits.ts'
import { isolated, nameList } from '../i18n/format.ts'
import { words } from '../i18n/words.ts'

type People = ReadonlyMap<UserId, Person>

/** One line of the original; null where it lies above what is loaded. */
export function Quote({ row, people }: { row: MessageRow | null; people: People }) {
  const text = words().timeline
  const author = row && (people.get(row.authorId)?.name ?? words().room.formerMember)
  const label = author === null ? text.repliesToEarlier : text.repliesTo(author)
  return (
    <blockquote class="quote" aria-label={label}>
      {author !== null && row?.deletedAt === null && <bdi class="quote-author">{author}</bdi>}
      <span class="ellipsis" dir="auto">
        {row === null && text.earlier}
        {row !== null && (row.deletedAt === null ? row.body : text.originalDeleted)}
      </span>
    </blockquote>
  )
}

interface ReactionsProps {
  readonly seq: Seq
  readonly reactions: Reacted
  readonly own: UserId
  readonly people: People
  /** Null for whoever may not. */
  readonly onReact: ((seq: Seq, emoji: string, on: boolean) => void) | null
}

export function Reactions({ seq, reactions, own, people, onReact }: ReactionsProps) {
  const text = words().timeline
  return (
    <ul class="reactions" aria-label={text.reactions}>
      {Object.entries(reactions).map(([emoji, who]) => {
        const isOwn = who.includes(own)
        const names = namesOf(who, people)
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              aria-pressed={isOwn}
              disabled={onReact === null}
              title={names}
              aria-label={text.reaction(emoji, who.length, names)}
              onClick={() => onReact?.(seq, emoji, !isOwn)}
            >
              <span class="reaction-emoji">{emoji}</span>
              {who.length}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Of a crowd only some are known by name; the rest count. */
function namesOf(who: readonly UserId[], people: People): string {
  const known = who.flatMap((userId) => people.get(userId)?.name ?? [])
  return nameList(known.map(isolated), reactorsNamedMax - 1, who.length)
}
