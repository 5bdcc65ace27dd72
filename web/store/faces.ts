// What a connection, and a message on its way, look like to a person. [CON1, CMP4]

import type { Connection } from '../client/connection-states.ts'
import { type Entry, messageOf } from './outbox-states.ts'
import type { ConnectionFace, Draft } from './room-store.ts'

const live: ConnectionFace = { face: 'live' }
const catchingUp: ConnectionFace = { face: 'catchingUp' }
const connecting: ConnectionFace = { face: 'connecting' }

/** The same object while it looks the same, so that a pong moves nothing on the screen. */
export function faceOf(connection: Connection, before: ConnectionFace): ConnectionFace {
  switch (connection.state) {
    case 'live':
      return live
    case 'catchingUp':
      return catchingUp
    case 'idle':
      return connecting
    case 'connecting':
      // A first attempt is none the worse for being long; any later one is a return.
      if (before.face === 'connecting') return before
      return { face: 'reconnecting', retryAtMs: connection.sinceMs }
    case 'waiting':
      return { face: 'reconnecting', retryAtMs: connection.untilMs }
    case 'asking':
      return before
    case 'offline':
      return { face: 'offline' }
    case 'signedOut':
      return { face: 'signedOut' }
    case 'stopped':
      return { face: 'stopped', code: connection.code }
    default:
      return connection satisfies never
  }
}

export function draftOf(entry: Entry): Draft {
  return { ...messageOf(entry), status: statusOf(entry) }
}

function statusOf(entry: Entry): Draft['status'] {
  switch (entry.state) {
    case 'unstored':
    case 'waiting':
      return { state: 'waiting' }
    case 'sending':
    case 'accepted': // Until its row is there to take its place.
      return { state: 'sending', sinceMs: entry.sinceMs }
    case 'failed':
      return { state: 'failed', code: entry.code }
    default:
      return entry satisfies never
  }
}
