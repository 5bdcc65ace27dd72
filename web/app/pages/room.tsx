// `/rooms/{id}`: inside, at the door, or nothing there.

import { useRef } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso/router'
import { safeParse } from 'valibot'
import type { Account } from '../../../protocol/api/accounts.ts'
import { RoomId } from '../../../protocol/ids.ts'
import { LoadFailed } from '../load-failed.tsx'
import { loginPath } from '../own-path.ts'
import { PageSkeleton } from '../page-skeleton.tsx'
import { useGate } from '../room/gate.ts'
import { InsideRoom } from '../room/inside.tsx'
import { OutsideRoom } from '../room/outside.tsx'
import { useServices } from '../services.ts'
import { Redirect } from '../signed-in.tsx'
import { NotFound } from './not-found.tsx'

export default function Room() {
  const { params } = useRoute()
  const { url } = useLocation()
  const wasInside = useRef(false)
  const session = useServices().session.state.value
  const roomId = safeParse(RoomId, params['roomId'])
  if (!roomId.success) return <NotFound />
  if (session.state === 'unknown') return <PageSkeleton />
  const account = session.state === 'signedIn' ? session.account : null
  // Whose sign-in ended here logs in and is back; a visitor may look at the door. [APP18]
  if (account) wasInside.current = true
  else if (wasInside.current) return <Redirect to={loginPath(url, { ended: true })} />
  // Another person or another room starts anew: nothing of the one before may be seen.
  const key = `${account?.id ?? 'visitor'} ${roomId.output}`
  return <RoomDoor key={key} roomId={roomId.output} account={account} />
}

function RoomDoor({ roomId, account }: { roomId: RoomId; account: Account | null }) {
  const { path } = useLocation()
  const [gate, retry] = useGate(roomId, account !== null)
  switch (gate.gate) {
    case 'checking':
      return <PageSkeleton />
    case 'inside':
      return account ? (
        <InsideRoom account={account} roomId={roomId} name={gate.card?.name ?? ''} />
      ) : null
    case 'outside':
      return <OutsideRoom card={gate.card} signedIn={account !== null} onJoined={retry} />
    case 'missing':
      // A visitor may be somebody who is in: logging in tells.
      return account ? <NotFound /> : <Redirect to={loginPath(path)} />
    case 'failed':
      return <LoadFailed code={gate.code} heading="h1" onRetry={retry} />
    default:
      return gate satisfies never
  }
}
