// Where somebody is signed in, and ending it: one's own here, anybody's for those who run Parley.

import { Hono } from 'hono'
import * as v from 'valibot'
import {
  endOwnSignIn,
  endSignInsOf,
  listSignIns,
  type SignInRow,
} from '../../database/session-lists.ts'
import { findAccount } from '../../database/users.ts'
import { UserPath } from '../../protocol/api/people.ts'
import { ListQuery } from '../../protocol/api/rooms.ts'
import { type SignInCard, SignInPath, SignIns } from '../../protocol/api/sign-ins.ts'
import { Failure } from '../../protocol/failures.ts'
import { SessionId, type UserId } from '../../protocol/ids.ts'
import { audit, auditOwn } from '../audit.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { deviceNameOf } from '../domain/devices.ts'
import { adminOnly, signedIn } from '../identity.ts'
import { path, query } from '../input.ts'
import { tellEnded } from '../news.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres } from '../openapi/usual.ts'
import { dropCookie } from './refresh-cookie.ts'

const UseKeys = v.strictObject({
  at: v.pipe(v.string(), v.isoTimestamp(), v.toDate()),
  id: SessionId,
})

/** Under `/auth/sessions`. */
export const ownSessions = new Hono<AppEnv>()

ownSessions.get(
  '/',
  does(
    'listSignIns',
    'Where you are signed in, newest use first.',
    { 200: SignIns },
    ...ofPostgres,
  ),
  signedIn,
  query(ListQuery),
  async (c) => {
    return c.json(await signInsOf(c, c.get('caller').userId, c.req.valid('query')))
  },
)

/** Of the one that asks it is a sign-out. */
ownSessions.delete(
  '/:sessionId',
  does('endSignIn', 'Ends one of your sign-ins.', { 204: null }, ...ofPostgres),
  signedIn,
  path(SignInPath),
  async (c) => {
    const { sessionId } = c.req.valid('param')
    const caller = c.get('caller')
    const ended = await endOwnSignIn(c.get('world').db, caller, sessionId)
    if (!ended) throw new Failure('notFound')
    await tellEnded(c, ended)
    const isCurrent = sessionId === caller.sessionId
    if (isCurrent) dropCookie(c)
    auditOwn(
      c,
      caller.userId,
      isCurrent
        ? { kind: 'signedOut', detail: { everywhere: false } }
        : { kind: 'signInsEnded', detail: { count: 1 } },
    )
    return c.body(null, 204)
  },
)

/** Under `/users/{id}/sessions`. */
export const sessionsOf = new Hono<AppEnv>()

sessionsOf.get(
  '/',
  does(
    'listSignInsOfUser',
    'Where somebody is signed in, for those who run Parley.',
    { 200: SignIns },
    ...ofPostgres,
  ),
  adminOnly,
  path(UserPath),
  query(ListQuery),
  async (c) => {
    const { userId } = c.req.valid('param')
    if (!(await findAccount(c.get('world').db, c.get('caller'), userId))) {
      throw new Failure('notFound')
    }
    return c.json(await signInsOf(c, userId, c.req.valid('query')))
  },
)

sessionsOf.delete(
  '/',
  does('endSignInsOfUser', 'Ends all of their sign-ins.', { 204: null }, ...ofPostgres),
  adminOnly,
  path(UserPath),
  async (c) => {
    const { userId: subjectId } = c.req.valid('param')
    const ended = await endSignInsOf(c.get('world').db, c.get('caller'), subjectId)
    if (!ended) throw new Failure('notFound')
    const count = ended.sessions.length
    await tellEnded(c, ended)
    if (count > 0) audit(c, { kind: 'signInsEnded', subjectId, detail: { count } })
    return c.body(null, 204)
  },
)

async function signInsOf(
  c: AppContext,
  userId: UserId,
  { cursor, limit }: v.InferOutput<typeof ListQuery>,
): Promise<SignIns> {
  const caller = c.get('caller')
  const asked = { after: readCursor(UseKeys, cursor), limit: limit + 1 }
  const rows = await listSignIns(c.get('world').db, caller, userId, asked)
  const { page, next } = pageOf(rows, limit, ({ usedAt: at, id }) => ({ at, id }))
  return { sessions: page.map((row) => cardOf(row, caller.sessionId)), next }
}

function cardOf(row: SignInRow, currentId: SessionId): SignInCard {
  const { id, device: userAgent, place, createdAt, usedAt, expiresAt } = row
  return {
    ...{ id, device: deviceNameOf(userAgent), userAgent, place },
    createdAt: createdAt.toISOString(),
    usedAt: usedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    current: id === currentId,
  }
}
