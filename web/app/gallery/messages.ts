// What is said in the gallery's rooms.

import { parse } from 'valibot'
import type { MessageRow, Person } from '../../../protocol/changes.ts'
import { MessageId, Rev, Seq } from '../../../protocol/ids.ts'
import type { Draft } from '../../store/room-store.ts'
import { ana, ivan, long, me, NOW_MS, sara, tomas, uuid } from './people.ts'

/** What most messages have nothing of. */
export const plain = {
  ...{ replyTo: null, mentions: [], reactions: {}, notice: null },
  ...{ editedAt: null, deletedAt: null },
}

type Line = readonly [author: Person, minutesAgo: number, body: string]

export function rows(lines: readonly Line[], firstSeq = 1): MessageRow[] {
  return lines.map(([author, minutesAgo, body], index) => {
    const seq = firstSeq + index
    return {
      seq: parse(Seq, seq),
      rev: parse(Rev, seq),
      id: parse(MessageId, uuid(100_000 + seq)),
      authorId: author.id,
      ...plain,
      ...said(author, body),
      createdAt: NOW_MS - minutesAgo * 60_000,
    }
  })
}

function said({ id }: Person, body: string): Pick<MessageRow, 'kind' | 'body' | 'notice'> {
  if (body !== 'joined' && body !== 'left') return { kind: 'message', body, notice: null }
  return { kind: 'notice', body: '', notice: { event: body, userId: id } }
}

export const talk: readonly Line[] = [
  [
    ana,
    1500,
    'The new timetable is up: https://harbour.example/timetable (ferry times start on page 3).',
  ],
  [ivan, 1496, 'Thank you. Does the late boat still wait for the train?'],
  [ana, 1495, 'It does, up to ten minutes.'],
  [ana, 1494, 'After that they call.'],
  [sara, 190, 'joined'],
  [tomas, 188, 'joined'],
  [sara, 180, 'صباح الخير! سأكون على الرصيف عند الساعة التاسعة.'],
  [
    tomas,
    176,
    'Morning. I have the keys for the shed, so whoever needs rope: tell me before noon.',
  ],
  [me, 64, 'I need about 40 m of the thin one.'],
  [me, 63, 'And the blue buoy, if it is still there.'],
  [
    tomas,
    60,
    'Both put aside.\nRope is on the left hook, the buoy is under the bench:\n\n  - 40 m, 8 mm\n  - 1 buoy, slightly scratched',
  ],
  [ana, 16, 'The ferry leaves at nine. Who is in?'],
  [ivan, 15, 'In.'],
  [tomas, 15, 'In. I will bring the coffee.'],
  [me, 13, 'Me too, and my brother.'],
  [ana, 12, 'Then it is settled. I will tell the others.'],
]

export const three: readonly Line[] = [
  [me, 9, 'Is this on?'],
  [tomas, 8, 'It is.'],
  [me, 8, 'Good.'],
]

export const hard: readonly Line[] = [
  [long, 40, 'w'.repeat(900)],
  [me, 30, `https://example.com/${'path/'.repeat(80)}end`],
  [ana, 20, 'One line\n\n\nthree below\n    and four blanks in front'],
  [sara, 18, 'مرحبا Parley 2026 — اجتماع في 14:30'],
  [ivan, 12, '👩‍👩‍👧‍👦 <b>not bold</b> & "quoted" **not bold either**'],
  [
    me,
    10,
    'A long but ordinary paragraph that keeps going so that one can see where the line ends, how the measure holds at about seventy-two characters, and whether the text of one person stays calm beside that of another when both have a lot to say.',
  ],
]

/** `count` one-line messages by turns, a minute apart. */
export function chatter(count: number, firstSeq = 1): MessageRow[] {
  const people = [ana, tomas, me, ivan]
  return rows(
    Array.from({ length: count }, (_, index): Line => {
      const author = people[Math.floor(index / 3) % people.length] ?? ana
      return [author, count - index, `Line ${firstSeq + index} of many`]
    }),
    firstSeq,
  )
}

export function draft(number: number, body: string, status: Draft['status']): Draft {
  return {
    id: parse(MessageId, uuid(900_000 + number)),
    body,
    createdAt: NOW_MS - 1_000 + number,
    ...{ replyTo: null, mentions: [] },
    status,
  }
}
