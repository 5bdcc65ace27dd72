// `/rooms`: the list itself is the sidebar; on a desktop this fills the place beside it.

import { words } from '../../i18n/words.ts'
import { Blank } from '../../view/blank.tsx'
import { NoRooms } from '../no-rooms.tsx'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { SignedIn } from '../signed-in.tsx'

export function Rooms() {
  const listed = useServices().myRooms.listed.value
  const text = words().rooms
  usePageTitle(text.title)
  return (
    <SignedIn>
      {() => (
        <div class="fill">
          {listed.state === 'ready' && listed.rooms.length === 0 ? (
            <NoRooms />
          ) : (
            <Blank icon="messages" title={text.pick} hint={text.pickHint} />
          )}
        </div>
      )}
    </SignedIn>
  )
}
