// The frame around every page: the rooms beside it for members, a bar above it for visitors.

import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import type { Account } from '../../protocol/api/accounts.ts'
import { words } from '../i18n/words.ts'
import { Brand } from './brand.tsx'
import { useServices } from './services.ts'
import { Sidebar } from './sidebar.tsx'
import { rememberSignedIn, wasSignedIn } from './sign-in-hint.ts'

export function Shell({ children }: { children: ComponentChildren }) {
  const { path } = useLocation()
  const session = useServices().session.state.value
  const account = session.state === 'signedIn' ? session.account : null
  // Before the server has said, the frame is that of last time: nothing shifts when it does.
  const member = session.state === 'unknown' ? wasSignedIn() : account !== null
  useMyRooms(account, session.state === 'signedOut')
  return (
    <div
      class="shell"
      data-signed-in={member || undefined}
      data-pane={path === '/rooms' ? 'rooms' : 'page'}
    >
      <a class="skip visually-hidden" href="#content">
        {words().app.skip}
      </a>
      {account && <Sidebar key="sidebar" account={account} path={path} />}
      {member && !account && <div key="sidebar" class="sidebar" />}
      {!member && <TopBar key="bar" path={path} />}
      <main key="main" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

function TopBar({ path }: { path: string }) {
  const text = words().nav
  return (
    <header class="top-bar">
      <Brand href="/" />
      <nav aria-label={text.main}>
        <a class="button-quiet" href="/directory" aria-current={path === '/directory' && 'page'}>
          {text.publicRooms}
        </a>
        {path !== '/login' && (
          <a class="button" href="/login">
            {text.login}
          </a>
        )}
      </nav>
    </header>
  )
}

/** The list belongs to one person: emptied when they go, asked for when one comes. */
function useMyRooms(account: Account | null, signedOut: boolean): void {
  const { myRooms } = useServices()
  useEffect(() => {
    if (account || signedOut) rememberSignedIn(account !== null)
  }, [account?.id, signedOut])

  useEffect(() => {
    if (!account) return
    const reload = () => {
      if (document.visibilityState === 'visible') void myRooms.reload()
    }
    reload()
    document.addEventListener('visibilitychange', reload)
    addEventListener('online', reload)
    return () => {
      document.removeEventListener('visibilitychange', reload)
      removeEventListener('online', reload)
      myRooms.clear()
    }
  }, [account?.id])
}
