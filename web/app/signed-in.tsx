// Pages for people who are signed in: others log in first and come back. [APP18]

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import type { Account } from '../../protocol/api/accounts.ts'
import { loginPath } from './own-path.ts'
import { PageSkeleton } from './page-skeleton.tsx'
import { useServices } from './services.ts'

export function SignedIn({ children }: { children: (account: Account) => ComponentChildren }) {
  const { url } = useLocation()
  const session = useServices().session.state.value
  const wasIn = useRef(false)
  if (session.state === 'signedIn') wasIn.current = true
  switch (session.state) {
    case 'unknown':
      return <PageSkeleton />
    case 'signedOut':
      return <Redirect to={loginPath(url, { ended: wasIn.current })} />
    case 'signedIn':
      return <>{children(session.account)}</>
    default:
      return session satisfies never
  }
}

/** Once: the page stays drawn while the next one loads, under an address that is no longer its own. */
export function Redirect({ to }: { to: string }) {
  const { route } = useLocation()
  useEffect(() => route(to, true), [])
  return null
}
