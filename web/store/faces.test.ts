// What a person is shown of the connection, through a whole life of it.

import { expect, it } from 'vitest'
import type { Connection } from '../client/connection-states.ts'
import { faceOf } from './faces.ts'
import type { ConnectionFace } from './room-store.ts'

const tries = { attempt: 0, refusals: 0, renew: false }
const open = { ...tries, sinceMs: 1, beat: { pingAtMs: 9, deadAtMs: null } }

/** The faces a room goes through, from its opening on. */
function facesOf(...states: Connection[]): ConnectionFace[] {
  const faces: ConnectionFace[] = [{ face: 'connecting' }]
  for (const state of states) faces.push(faceOf(state, faces.at(-1)!))
  return faces.slice(1)
}

it('[CON1] is connecting the first time, and reconnecting ever after', () => {
  const connecting: Connection = { state: 'connecting', sinceMs: 1, ...tries }
  const waiting: Connection = { state: 'waiting', untilMs: 700, hinted: false, ...tries }
  const live: Connection = { state: 'live', ...open }
  const faces = facesOf({ state: 'idle' }, connecting, live, waiting, connecting, live)
  expect(faces.map(({ face }) => face)).toEqual([
    ...['connecting', 'connecting', 'live', 'reconnecting', 'reconnecting', 'live'],
  ])
  expect(faces[3]).toMatchObject({ retryAtMs: 700 })
})

it('[CON1] keeps its face while the API is asked, and says plainly what ends it', () => {
  const faces = facesOf(
    { state: 'waiting', untilMs: 700, hinted: false, ...tries },
    { state: 'asking', ...tries },
    { state: 'offline' },
    { state: 'signedOut' },
    { state: 'stopped', code: 'roomGone' },
  )
  expect(faces[1]).toBe(faces[0])
  expect(faces.slice(2)).toEqual([
    { face: 'offline' },
    { face: 'signedOut' },
    { face: 'stopped', code: 'roomGone' },
  ])
})

it('is the same object while it looks the same', () => {
  const [one, other] = facesOf({ state: 'live', ...open }, { state: 'live', ...open, sinceMs: 2 })
  expect(other).toBe(one)
})
