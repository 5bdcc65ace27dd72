// The people and rooms of the gallery. Times hang on one fixed moment, so pictures compare.

import { parse } from 'valibot'
import type { Account } from '../../../protocol/api/accounts.ts'
import type { MyRoom, RoomCard } from '../../../protocol/api/rooms.ts'
import type { Person } from '../../../protocol/changes.ts'
import { RoomId, Seq, UserId } from '../../../protocol/ids.ts'

/** The screenshots stop the clock here. */
export const NOW_MS = Date.UTC(2026, 10, 23, 14, 20)

export const uuid = (number: number): string =>
  `01938f00-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

export const person = (number: number, name: string): Person => ({
  id: parse(UserId, uuid(number)),
  name,
  avatar: null,
})

export const me = person(1, 'Mara Okafor')
export const ana = person(3, 'Ana Lindqvist')
export const tomas = person(12, 'Tomás')
export const sara = person(21, 'سارة النجار')
export const ivan = person(6, 'Иван Петров')
export const long = person(9, 'Bartholomew-Maximilian von und zu Hohenlohe-Waldenburg-Schilling')

export const account: Account = {
  id: me.id,
  username: 'mara',
  displayName: me.name,
  email: 'mara@example.com',
  phone: '+44 20 7946 0018',
  age: 34,
  bio: 'Runs the night ferry. Ask me about knots, tides and strong coffee.',
  role: 'user',
  createdAt: '2026-03-02T09:00:00.000Z',
}

export const card = (
  number: number,
  name: string,
  topic: string,
  more?: Partial<RoomCard>,
): RoomCard => ({
  id: parse(RoomId, uuid(1000 + number)),
  name,
  topic,
  visibility: 'public',
  memberCount: 3 + ((number * 7) % 40),
  role: null,
  ...more,
})

export const harbour = card(1, 'Harbour crew', 'Shifts, tides and who brings the coffee', {
  role: 'member',
  memberCount: 5,
})

export const cards: readonly RoomCard[] = [
  harbour,
  card(2, 'Beekeepers of the north', 'Swarms, honey and what to plant for them'),
  card(3, 'Sunday climbers', ''),
  card(4, 'الخط العربي', 'تبادل الأعمال والأدوات'),
  card(
    5,
    'Translations',
    'One sentence at a time. Post the hard ones, someone has met them before.',
  ),
]

const hoursAgo = (hours: number): string => new Date(NOW_MS - hours * 3_600_000).toISOString()

export const mine = (
  room: RoomCard,
  hours: number,
  author: string,
  excerpt: string | null,
  unread = 0,
  unreadMentions = 0,
): MyRoom => ({
  ...room,
  role: room.role ?? 'member',
  lastActiveAt: hoursAgo(hours),
  ...{ readSeq: parse(Seq, 9), unread, unreadMentions },
  lastMessage:
    excerpt === null
      ? null
      : { seq: parse(Seq, 9), authorName: author, excerpt, createdAt: hoursAgo(hours) },
})

export const myRooms: readonly MyRoom[] = [
  mine(harbour, 0.2, ana.name, 'Then it is settled. I will tell the others.'),
  mine(
    card(6, 'Family', '', { visibility: 'private', role: 'owner' }),
    3,
    'Bo',
    'Call me tonight?',
    2,
    1,
  ),
  mine(card(5, 'Translations', ''), 27, ivan.name, 'Как перевести «авось»?', 100),
  mine(card(2, 'Beekeepers of the north', ''), 70, tomas.name, 'First swarm of the year, look', 7),
  mine(card(7, 'Allotment 12', ''), 400, '', null),
]

const LONG_NAME = 'Donaudampfschifffahrtselektrizitätenhauptbetriebsw'

export const longRooms: readonly MyRoom[] = Array.from({ length: 200 }, (_, number) =>
  mine(
    card(20 + number, number % 3 === 0 ? LONG_NAME : `Room number ${number}`, 'x'.repeat(250)),
    number,
    long.name,
    'a very long line that goes on and on about nothing in particular, and then some',
  ),
)
