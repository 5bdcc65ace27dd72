// Draws one scene of the gallery: the real app over a server, a session and a room that live in the page.

import { signal } from '@preact/signals'
import { render } from 'preact'
import { Api } from '../../client/api.ts'
import { createDrafts } from '../../store/drafts.ts'
import type { Session, SessionState } from '../../store/session.ts'
import { memoryShelf } from '../../store/shelf.ts'
import { App } from '../app.tsx'
import { markedDrafts } from '../marked-drafts.ts'
import { pagedList } from '../paged-list.ts'
import { OpenRoom } from '../room/open-room.ts'
import type { Services } from '../services.ts'
import { type FakeRoom, fakeRoom } from './fake-room.ts'
import { fakeServer } from './fake-server.ts'
import { account, harbour } from './people.ts'
import { type Scene, sceneOf } from './scenes.ts'

declare global {
  interface Window {
    /** For the tests that drive a scene. */
    room?: FakeRoom
    /** As when another tab logs out. */
    endSession?: () => void
  }
}

const name = new URLSearchParams(location.search).get('scene')
const root = document.getElementById('app')
if (root && name !== null) draw(sceneOf(name), root)

function draw(scene: Scene, element: HTMLElement): void {
  history.replaceState(null, '', scene.path)
  const room = fakeRoom(scene.room ?? {})
  window.room = room
  render(
    <OpenRoom.Provider value={() => room}>
      <App services={servicesOf(scene)} />
    </OpenRoom.Provider>,
    element,
  )
}

function servicesOf(scene: Scene): Services {
  const state = signal<SessionState>(
    scene.signedIn ? { state: 'signedIn', account } : { state: 'signedOut' },
  )
  const endSession = () => {
    state.value = { state: 'signedOut' }
  }
  window.endSession = endSession
  const api = new Api({
    token: async () => 'token',
    fetch: fakeServer(scene.answers ?? {}),
  })
  const session: Session = {
    state,
    register: async (request) => void (await api.register(request)),
    login: async (credentials) => void (await api.login(credentials)),
    logout: async () => endSession(),
    changeProfile: async (patch) => void (await api.changeMe(patch)),
    token: async () => 'token',
  }
  const drafts = markedDrafts(createDrafts(account.id, memoryShelf()))
  drafts.saveText(harbour.id, scene.text ?? '')
  return {
    api,
    session,
    drafts: () => drafts,
    myRooms: pagedList((cursor) => api.myRooms({ cursor })),
    joinAfterLogin: null,
  }
}
