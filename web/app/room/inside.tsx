// An open room: header, conversation, details beside it.

import { useContext, useEffect, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso/router'
import type { Account } from '../../../protocol/api/accounts.ts'
import type { RoomId } from '../../../protocol/ids.ts'
import { words } from '../../i18n/words.ts'
import { headOf, type RoomStore } from '../../store/room-store.ts'
import { Conversation } from '../../view/conversation.tsx'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { RoomDetails } from './details.tsx'
import { RoomHeader } from './header.tsx'
import { withLastMessage } from './last-message.ts'
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
  const { path, route } = useLocation()
  const { query } = useRoute()
  const model = store.model.value
  const drafts = services.drafts(account.id)
  const title = model?.room.name ?? name
  const detailed = 'details' in query
  const closed = store.connection.value.face === 'stopped'
  const toggle = () => route(detailed ? path : `${path}?details`)
  usePageTitle(title || words().rooms.title)
  useEffect(() => {
    if (model) services.myRooms.edit((rooms) => withLastMessage(rooms, model))
  }, [model && headOf(model)])

  return (
    <div class="room" data-detailed={(detailed && !closed) || undefined}>
      <RoomHeader
        name={title}
        room={closed ? null : (model?.room ?? null)}
        detailed={detailed}
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
      {detailed && model && !closed && <RoomDetails model={model} onClose={toggle} />}
    </div>
  )
}
