// The way to a room's socket: everything is verified here, before any object wakes.

import { Hono } from 'hono'
import * as v from 'valibot'
import { callerHeaders, refusedHeader } from '../../durable/room-calls.ts'
import { RoomPath } from '../../protocol/api/rooms.ts'
import { Failure, FailureCode } from '../../protocol/failures.ts'
import { SUBPROTOCOL } from '../../protocol/version.ts'
import { callerInRoom } from '../bot-identity.ts'
import type { AppContext, AppEnv } from '../context.ts'
import type { Caller } from '../domain/access-tokens.ts'
import { path } from '../input.ts'
import { does } from '../openapi/described.ts'
import { ofRooms } from '../openapi/usual.ts'
import { isForeign } from '../origin.ts'

export const socket = new Hono<AppEnv>()

socket.get(
  '/',
  does(
    'openSocket',
    'Opens the room socket: `Sec-WebSocket-Protocol: parley.v1, <access token>`.',
    { 101: null },
    ...ofRooms,
    'upgradeRequired',
    'wrongOrigin',
    'unauthenticated',
    'unsupportedProtocol',
    'roomFull',
    'tooMany',
  ),
  path(RoomPath),
  async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw new Failure('upgradeRequired')
    if (isForeign(c)) throw new Failure('wrongOrigin')
    const { roomId } = c.req.valid('param')
    const caller = await callerInRoom(c, roomId, offeredToken(c))
    const answer = await c.get('rooms').connect(roomId, () => upgradeFor(caller, c.req.url))
    return answer.status === 101 ? answer : refused(c, answer)
  },
)

/** As the room said it; its code is for our log and counts, and goes no further. */
function refused(c: AppContext, answer: Response): Response {
  const code = answer.headers.get(refusedHeader)
  if (v.is(FailureCode, code)) c.set('refusedFor', new Failure(code))
  const passedOn = c.newResponse(answer.body, answer)
  passedOn.headers.delete(refusedHeader)
  return passedOn
}

/** The token comes where a URL's logs do not see it, after the name of the protocol. [S2] */
function offeredToken(c: AppContext): string | undefined {
  const [protocol, token, ...others] = (c.req.header('sec-websocket-protocol') ?? '')
    .split(',')
    .map((part) => part.trim())
  if (protocol !== '' && protocol !== SUBPROTOCOL) throw new Failure('unsupportedProtocol')
  return others.length === 0 ? token : undefined
}

/** A request of our own making: of what the client sent, only the query goes through. */
function upgradeFor({ userId, sessionId, expiresAt }: Caller, url: string): Request {
  return new Request(url, {
    headers: {
      upgrade: 'websocket',
      [callerHeaders.userId]: userId,
      [callerHeaders.sessionId]: sessionId,
      [callerHeaders.expiresAt]: String(expiresAt.getTime()),
    },
  })
}
