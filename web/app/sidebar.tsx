// My rooms and the ways elsewhere: the first pane on a phone, the left one on a desktop. [APP4]

import { useSignal } from '@preact/signals'
import type { Account } from '../../protocol/api/accounts.ts'
import { words } from '../i18n/words.ts'
import { Icon } from '../view/icon.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import { NewRoom } from './new-room.tsx'
import { RoomList } from './room-list.tsx'

export function Sidebar({ account, path }: { account: Account; path: string }) {
  const creating = useSignal(false)
  const text = words()
  return (
    <aside class="sidebar" aria-label={text.rooms.list}>
      <header class="sidebar-head">
        <Brand href="/rooms" />
        <button
          type="button"
          class="icon-button"
          aria-label={text.rooms.create}
          title={text.rooms.create}
          onClick={() => {
            creating.value = true
          }}
        >
          <Icon name="plus" />
        </button>
      </header>
      <nav class="sidebar-tools" aria-label={text.nav.main}>
        <a
          class="nav-item"
          href="/directory"
          aria-current={path === '/directory' ? 'page' : undefined}
        >
          <Icon name="compass" />
          {text.nav.directory}
        </a>
      </nav>
      {/* The page's own heading where the list is the page. [ACC3] */}
      {path === '/rooms' ? (
        <h1 class="sidebar-title" tabIndex={-1}>
          {text.rooms.list}
        </h1>
      ) : (
        <h2 class="sidebar-title">{text.rooms.list}</h2>
      )}
      <RoomList account={account} path={path} />
      <footer class="sidebar-foot">
        <AccountMenu account={account} />
      </footer>
      {creating.value && (
        <NewRoom
          onClose={() => {
            creating.value = false
          }}
        />
      )}
    </aside>
  )
}
