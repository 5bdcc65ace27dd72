// Who is in a crowd: asked page by page, for the room tells only of some. [SOK15]

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Member } from '../../../protocol/api/rooms.ts'
import { Failure, type FailureCode } from '../../../protocol/failures.ts'
import type { RoomId, UserId } from '../../../protocol/ids.ts'
import { Role } from '../../../protocol/permissions.ts'
import { words } from '../../i18n/words.ts'
import { LoadFailed } from '../load-failed.tsx'
import { RowSkeletons } from '../page-skeleton.tsx'
import { useServices } from '../services.ts'
import { Roles } from './roles.tsx'

interface Props {
  readonly roomId: RoomId
  readonly own: UserId
  readonly online: ReadonlySet<UserId>
}

type Asked = 'loading' | 'idle' | FailureCode

export function Crowd({ roomId, own, online }: Props) {
  const { api } = useServices()
  const members = useSignal<readonly Member[]>([])
  const next = useSignal<string | null>(null)
  const asked = useSignal<Asked>('loading')
  const more = async () => {
    asked.value = 'loading'
    try {
      const page = await api.members(roomId, { cursor: next.peek() })
      const known = new Set(members.peek().map(({ id }) => id))
      members.value = [...members.peek(), ...page.members.filter(({ id }) => !known.has(id))]
      next.value = page.next
      asked.value = 'idle'
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      asked.value = error.code
    }
  }
  useEffect(() => void more(), [roomId])
  const state = asked.value
  return (
    <>
      <Roles groups={groupsOf(members.value)} own={own} online={online} />
      {state === 'loading' && <RowSkeletons />}
      {state === 'idle' && next.value !== null && (
        <button type="button" class="button-quiet" onClick={() => void more()}>
          {words().rooms.more}
        </button>
      )}
      {state !== 'loading' && state !== 'idle' && (
        <LoadFailed code={state} onRetry={() => void more()} />
      )}
    </>
  )
}

/** In the order they come: by rank, then name. */
function groupsOf(members: readonly Member[]) {
  return Role.options
    .toReversed()
    .map((role) => ({ role, people: members.filter((member) => member.role === role) }))
    .filter(({ people }) => people.length > 0)
}
