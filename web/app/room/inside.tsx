// An open room: header, conversation, details beside it.

import { effect } from '@preact/signals'
import type { RefObject } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso/router'
import type { Account } from '../../../protocol/api/accounts.ts'
import type { RoomId } from '../../../protocol/ids.ts'
import { words } from '../../i18n/words.ts'
import { isLost, type RoomStore } from '../../store/room-store.ts'
import { Conversation } from '../../view/conversation.tsx'
import { isFocusLost } from '../../view/lost-focus.ts'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { RoomDetails } from './details.tsx'
import { RoomHeader } from './header.tsx'
import { withRoom, withUnread } from './last-message.ts'
import { OpenRoom } from './open-room.ts'

interface Props {
  readonly account: Account
  readonly roomId: RoomId
  /** From a list or a card, until the room itself says. */
  readonly name: string
}

export function InsideRoom({ account, roomId, name }: Props) {
  const store = useRoomStore(account, roomId)
  return store && <InsideOpenRoom store={store} account={account} name={name} />
}

function useRoomStore(account: Account, roomId: RoomId): RoomStore | null {
  const { api, session } = useServices()
  const open = useContext(OpenRoom)
  const [store, setStore] = useState<RoomStore | null>(null)
  useEffect(() => {
    const opened = open({ api, session, userId: account.id }, roomId)
    setStore(opened)
    return () => opened.close()
  }, [account.id, roomId])
  return store
}

function InsideOpenRoom({
  store,
  account,
  name,
}: {
  store: RoomStore
  account: Account
  name: string
}) {
  const services = useServices()
  const { query } = useRoute()
  const model = store.model.value
  const drafts = services.drafts(account.id)
  const title = model?.room.name ?? name
  const detailed = 'details' in query
  const toggle = useToggle(detailed)
  const closed = store.connection.value.face === 'stopped'
  const detailsButton = useFocusBack(detailed)
  usePageTitle(title || words().rooms.title)
  useListTold(store)

  return (
    <div class="room" data-detailed={(detailed && !closed) || undefined}>
      <RoomHeader
        name={title}
        room={closed ? null : (model?.room ?? null)}
        online={closed ? null : (store.presence.value?.count ?? null)}
        detailed={detailed}
        detailsButton={detailsButton}
        onDetails={toggle}
      />
      <Conversation
        store={store}
        roomName={title}
        loadText={() => drafts.loadText(store.id)}
        onText={(text) => drafts.saveText(store.id, text)}
        personHref={(id) => `/users/${id}`}
        exit={
          <a class="button-primary" href="/rooms">
            {words().room.toRooms}
          </a>
        }
      />
      {detailed && model && !closed && (
        <RoomDetails model={model} presence={store.presence.value} onClose={toggle} />
      )}
    </div>
  )
}

/** The list of rooms learns from the open one: what was said, that it is over, that the network is back. */
function useListTold({ id, model, connection, unread, readSeq }: RoomStore): void {
  const { myRooms } = useServices()
  const face = connection.value
  // An answer of the server's list comes from the mirror, which the open room is ahead of.
  const tell = () => {
    const [room, left, mark] = [model.value, unread.value, readSeq.value]
    if (connection.value.face !== 'live' || myRooms.listed.value.state !== 'ready') return
    if (room) myRooms.edit((rooms) => withRoom(rooms, room))
    if (left && mark !== null) myRooms.edit((rooms) => withUnread(rooms, id, left, mark))
  }
  useEffect(() => effect(tell), [id, model])
  useEffect(() => {
    if (face.face === 'stopped' && isLost(face.code)) myRooms.remove(id)
    if (face.face === 'live' && myRooms.listed.peek().state === 'failed') void myRooms.reload()
  }, [face])
}

/** Opening is a step that Back undoes; closing takes it back, so that steps do not pile up. */
function useToggle(detailed: boolean): () => void {
  const { path, route } = useLocation()
  const openedHere = useRef(false)
  return () => {
    if (!detailed) route(`${path}?details`)
    else if (openedHere.current) history.back()
    else route(path, true)
    openedHere.current = !detailed
  }
}

/** Closed details leave the focus on what opened them. [ACC3] */
function useFocusBack(detailed: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null)
  const wasDetailed = useRef(detailed)
  useEffect(() => {
    if (wasDetailed.current && !detailed && isFocusLost()) button.current?.focus()
    wasDetailed.current = detailed
  }, [detailed])
  return button
}
