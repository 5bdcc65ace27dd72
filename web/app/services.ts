// What the pages work with, handed down by context so that tests and the gallery bring their own.

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { MyRoom } from '../../protocol/api/rooms.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { Api } from '../client/api.ts'
import { createDrafts } from '../store/drafts.ts'
import { createSession, type Session } from '../store/session.ts'
import { type MarkedDrafts, markedDrafts } from './marked-drafts.ts'
import { type PagedList, pagedList } from './paged-list.ts'

export interface Services {
  readonly session: Session
  readonly api: Api
  readonly myRooms: PagedList<MyRoom>
  readonly drafts: (userId: UserId) => MarkedDrafts
  /** The room whose Join was pressed by somebody who must log in first. A link cannot set it. [APP6] */
  joinAfterLogin: RoomId | null
}

const Context = createContext<Services | null>(null)
export const ServicesProvider = Context.Provider

export function useServices(): Services {
  const services = useContext(Context)
  if (!services) throw new Error('a page outside of ServicesProvider')
  return services
}

export function createServices(): Services {
  const api: Api = new Api({ token: (refused) => session.token(refused) })
  const session: Session = createSession({ api })
  let mine: { readonly userId: UserId; readonly drafts: MarkedDrafts } | null = null
  return {
    api,
    session,
    myRooms: pagedList(
      (cursor) => api.myRooms({ cursor, limit: 100 }),
      (room, other) => room.lastActiveAt <= other.lastActiveAt,
    ),
    drafts: (userId) => {
      if (mine?.userId !== userId) mine = { userId, drafts: markedDrafts(createDrafts(userId)) }
      return mine.drafts
    },
    joinAfterLogin: null,
  }
}
