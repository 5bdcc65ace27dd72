// Whether one is in the room whose address one opened; decides what its page shows.

import { useEffect, useState } from 'preact/hooks'
import type { RoomCard } from '../../../protocol/api/rooms.ts'
import type { FailureCode } from '../../../protocol/failures.ts'
import type { RoomId } from '../../../protocol/ids.ts'
import { isLost } from '../../store/room-store.ts'
import { codeOf } from '../loaded.ts'
import { type Services, useServices } from '../services.ts'

export type Gate =
  | { readonly gate: 'checking' }
  /** `card` is null where the server could not be asked: the room's own copy may still be shown. */
  | { readonly gate: 'inside'; readonly card: Pick<RoomCard, 'name' | 'visibility'> | null }
  | { readonly gate: 'outside'; readonly card: RoomCard }
  | { readonly gate: 'missing' }
  | { readonly gate: 'failed'; readonly code: FailureCode }

export function useGate(roomId: RoomId, signedIn: boolean): [Gate, retry: () => void] {
  const services = useServices()
  const [gate, setGate] = useState<Gate>(() => known(services, roomId) ?? { gate: 'checking' })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    if (gate.gate === 'inside') return
    let wanted = true
    void ask(services, roomId, signedIn).then((found) => wanted && setGate(found))
    return () => {
      wanted = false
    }
  }, [attempt])
  return [gate, () => setAttempt((before) => before + 1)]
}

function known({ myRooms }: Services, roomId: RoomId): Gate | null {
  const listed = myRooms.listed.peek()
  const card = listed.state === 'ready' ? listed.rooms.find((room) => room.id === roomId) : null
  return card ? { gate: 'inside', card } : null
}

async function ask(services: Services, roomId: RoomId, signedIn: boolean): Promise<Gate> {
  const joins = signedIn && services.joinAfterLogin === roomId
  services.joinAfterLogin = null
  try {
    const card = joins ? await services.api.join(roomId) : await services.api.room(roomId)
    if (joins) void services.myRooms.reload()
    if (card.role !== null) return { gate: 'inside', card }
    services.myRooms.remove(roomId)
    return { gate: 'outside', card }
  } catch (error) {
    const code = codeOf(error)
    if (isLost(code)) {
      services.myRooms.remove(roomId)
      return { gate: 'missing' }
    }
    // Offline, what one wrote here is still there to be seen. [CMP3]
    if (code === 'unavailable' && signedIn) return { gate: 'inside', card: null }
    return { gate: 'failed', code }
  }
}
