// The rooms one is in, by last activity, with what was said last.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Account } from '../../protocol/api/accounts.ts'
import type { MyRoom } from '../../protocol/api/rooms.ts'
import { unreadMax } from '../../protocol/limits.ts'
import { shortTime } from '../i18n/format.ts'
import { words } from '../i18n/words.ts'
import { Icon } from '../view/icon.tsx'
import { Time } from '../view/time.tsx'
import { LoadFailed } from './load-failed.tsx'
import { NoRooms } from './no-rooms.tsx'
import { RowSkeletons } from './page-skeleton.tsx'
import { useServices } from './services.ts'

/** Fewer rooms than this are found by looking. */
const FILTER_FROM = 8

export function RoomList({ account, path }: { account: Account; path: string }) {
  const { myRooms, drafts } = useServices()
  const { waiting, lookFor } = drafts(account.id)
  const filter = useSignal('')
  const listed = myRooms.listed.value
  const text = words().rooms
  const count = listed.state === 'ready' ? listed.rooms.length : 0
  useEffect(() => {
    if (listed.state === 'ready') void lookFor(listed.rooms.map((room) => room.id))
  }, [count])
  if (listed.state === 'loading')
    return (
      <div class="sidebar-rooms">
        <RowSkeletons />
      </div>
    )
  if (listed.state === 'failed') {
    return (
      <div class="sidebar-rooms">
        <LoadFailed code={listed.code} onRetry={() => void myRooms.reload()} />
      </div>
    )
  }
  if (listed.rooms.length === 0) {
    return (
      <div class="sidebar-rooms">
        <NoRooms />
      </div>
    )
  }

  const wanted = folded(filter.value)
  const rooms = listed.rooms.filter((room) => folded(room.name).includes(wanted))
  return (
    <div class="sidebar-rooms">
      {listed.rooms.length >= FILTER_FROM && (
        <div class="input-frame" data-leading>
          <Icon name="search" />
          <input
            type="search"
            class="input"
            placeholder={text.filter}
            aria-label={text.filter}
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value
            }}
          />
        </div>
      )}
      {rooms.length === 0 && <p class="sidebar-note">{text.noMatch(filter.value)}</p>}
      <ul>
        {rooms.map((room) => (
          <li key={room.id}>
            <RoomLink
              room={room}
              here={path === `/rooms/${room.id}`}
              draft={waiting.value.has(room.id)}
            />
          </li>
        ))}
      </ul>
      {listed.next !== null && (
        <button type="button" class="button-quiet" onClick={() => void myRooms.more()}>
          {text.more}
        </button>
      )}
    </div>
  )
}

function RoomLink({ room, here, draft }: { room: MyRoom; here: boolean; draft: boolean }) {
  const last = room.lastMessage
  const text = words().rooms
  return (
    <a class="room-link" href={`/rooms/${room.id}`} aria-current={here ? 'page' : undefined}>
      <span class="room-sign" title={room.visibility === 'private' ? text.private : undefined}>
        <Icon name={room.visibility === 'private' ? 'lock' : 'hash'} small />
      </span>
      <span class="room-lines">
        <span class="room-name">
          <bdi class="ellipsis">{room.name}</bdi>
          {last && (
            <Time atMs={Date.parse(last.createdAt)} show={(at) => shortTime(at, Date.now())} />
          )}
        </span>
        <span class="room-last">
          <span class="room-excerpt ellipsis">
            {draft && !here && <strong class="room-draft">{text.draft}</strong>}
            <bdi>{last ? text.excerpt(last.authorName, last.excerpt) : text.noMessages}</bdi>
          </span>
          {!here && room.unread > 0 && <Unread room={room} />}
        </span>
      </span>
    </a>
  )
}

function Unread({ room: { unread, unreadMentions } }: { room: MyRoom }) {
  const text = words().rooms
  const number = unread >= unreadMax ? text.many : String(unread)
  const label = unreadMentions > 0 ? text.unreadMentions(number) : text.unread(number)
  return (
    <span class="unread" data-calls={unreadMentions > 0 || undefined} title={label}>
      <span aria-hidden="true">{number}</span>
      <span class="visually-hidden">{label}</span>
    </span>
  )
}

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()
