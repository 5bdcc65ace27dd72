// Accounts that go: one's own, anybody's for those who run Parley; and how far that is.

import { Hono } from 'hono'
import { botsMadeBy } from '../../database/bots.ts'
import { findReport, type Report } from '../../database/deletion-rooms.ts'
import {
  DeleteMeRequest,
  DeleteUserRequest,
  DeletionBegun,
  DeletionPath,
  DeletionReport,
  type SaidFate,
} from '../../protocol/api/deletions.ts'
import { UserPath } from '../../protocol/api/people.ts'
import { Failure } from '../../protocol/failures.ts'
import type { UserId } from '../../protocol/ids.ts'
import { audit } from '../audit.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { type Begun, deleteMe, deleteSomebody, runDeletion } from '../domain/deletions.ts'
import { adminOnly, signedIn } from '../identity.ts'
import { body, path } from '../input.ts'
import { afterwards } from '../log.ts'
import { tellDismissed, tellEnded } from '../news.ts'
import { does } from '../openapi/described.ts'
import { ofPostgres } from '../openapi/usual.ts'
import { clientOf } from '../whence.ts'
import { dropCookie } from './refresh-cookie.ts'

/** Under `/users`. */
export const leaving = new Hono<AppEnv>()

leaving.delete(
  '/me',
  does(
    'deleteMe',
    'Deletes your account, at once and for ever.',
    { 202: DeletionBegun },
    ...ofPostgres,
    'wrongCredentials',
    'lastAdmin',
  ),
  signedIn,
  body(DeleteMeRequest),
  async (c) => {
    const caller = c.get('caller')
    const asked = c.req.valid('json')
    const begun = await deleteMe(c.get('world'), caller, asked, clientOf(c))
    dropCookie(c)
    return c.json(await tell(c, begun, caller.userId, asked.messages), 202)
  },
)

leaving.delete(
  '/:userId',
  does(
    'deleteUser',
    'Deletes somebody’s account, for those who run Parley.',
    { 202: DeletionBegun },
    ...ofPostgres,
    'forbidden',
  ),
  adminOnly,
  path(UserPath),
  body(DeleteUserRequest),
  async (c) => {
    const { userId } = c.req.valid('param')
    const { messages } = c.req.valid('json')
    const begun = await deleteSomebody(c.get('world'), c.get('caller'), userId, messages)
    return c.json(await tell(c, begun, userId, messages), 202)
  },
)

/** Under `/deletions`. Whoever asks has no account any more: the code is all they can show. */
export const deletions = new Hono<AppEnv>()

deletions.get(
  '/:code',
  does('getDeletion', 'How far a deletion is.', { 200: DeletionReport }, ...ofPostgres),
  path(DeletionPath),
  async (c) => {
    const found = await findReport(c.get('world').db, c.req.valid('param').code)
    if (!found) throw new Failure('notFound')
    return c.json(reportOf(found))
  },
)

/** The rooms go on without anybody waiting for them; should this run be cut short, the sweep does. */
async function tell(
  c: AppContext,
  { code, ended }: Begun,
  subjectId: UserId,
  messages: SaidFate,
): Promise<DeletionBegun> {
  await tellEnded(c, ended)
  await tellDismissed(c, await botsMadeBy(c.get('world').db, subjectId))
  audit(c, { kind: 'deletionBegun', subjectId, detail: { messages } })
  const finished = () => c.get('meter').counts.add('deletionsFinished', {})
  afterwards(c, 'deletion', runDeletion(c.get('world').db, c.get('rooms'), code, finished))
  const report = `/api/v1/deletions/${code}`
  c.header('location', report)
  return { code, report }
}

function reportOf(found: Report): DeletionReport {
  const { messages, beganAt, endedAt, erased, ...rooms } = found
  return {
    state: endedAt ? 'ended' : 'running',
    messages,
    rooms,
    messagesErased: erased,
    beganAt: beganAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }
}
