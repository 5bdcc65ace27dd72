// `/rooms`: the list itself is the sidebar; on a desktop this fills the place beside it.

import { words } from '../../i18n/words.ts'
import { Blank } from '../../view/blank.tsx'
import { usePageTitle } from '../page-title.ts'
import { SignedIn } from '../signed-in.tsx'

export function Rooms() {
  const text = words().rooms
  usePageTitle(text.title)
  return (
    <SignedIn>
      {() => (
        <div class="fill">
          <Blank icon="messages" title={text.pick} hint={text.pickHint} heading="h1">
            <a class="button" href="/directory">
              {text.browse}
            </a>
          </Blank>
        </div>
      )}
    </SignedIn>
  )
}
