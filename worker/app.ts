// The table of contents: what every request passes, where it goes, and what becomes of an error.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { Failure } from '../protocol/failures.ts'
import { requestBytesMax } from '../protocol/limits.ts'
import type { AppEnv } from './context.ts'
import { withoutFloods } from './floods.ts'
import { answerHeaders, bodyUnlessHead } from './headers.ts'
import { logRequests } from './log.ts'
import { describing } from './openapi/describing.ts'
import { changesFromHere } from './origin.ts'
import { outfit } from './outfit.ts'
import { failureOf, problem, problemFor } from './problem.ts'
import { admin } from './routes/admin.ts'
import { auth } from './routes/auth.ts'
import { bans } from './routes/bans.ts'
import { botAuth, bots } from './routes/bots.ts'
import { deletions, leaving } from './routes/deletions.ts'
import { exports, ownExport } from './routes/exports.ts'
import { health } from './routes/health.ts'
import { invites, roomInvites } from './routes/invites.ts'
import { members } from './routes/members.ts'
import { messages, read } from './routes/messages.ts'
import { metrics } from './routes/metrics.ts'
import { rooms } from './routes/rooms.ts'
import { roomSearch, search } from './routes/search.ts'
import { ownSessions, sessionsOf } from './routes/sessions.ts'
import { socket } from './routes/socket.ts'
import { users } from './routes/users.ts'
import { webhooks } from './routes/webhooks.ts'

/** With or without a slash at its end, an address is the same. [D-07] */
export const app = new Hono<AppEnv>({ strict: false })

app.use(logRequests)
app.use(answerHeaders)
app.use(bodyUnlessHead)
app.use(outfit)
app.use(withoutFloods('API_FLOOD'))
app.use(
  methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      c.header('allow', methods.join(', '))
      return problem(c, new Failure('methodNotAllowed'))
    },
  }),
)
app.use(changesFromHere)

const api = '/api/v1'
const inMemory = bodyLimit({ maxSize: requestBytesMax, onError: problemFor('tooLarge') })
app.use(except(`${api}/admin/rooms/:roomId/restore`, inMemory)) // It streams, and counts by itself.

app.route(api, health)
app.route(api, metrics)
app.use(`${api}/auth/*`, withoutFloods('AUTH_FLOOD'))
app.route(`${api}/auth`, auth)
app.route(`${api}/auth/bot`, botAuth)
app.route(`${api}/auth/sessions`, ownSessions)
app.route(`${api}/users`, users)
app.route(`${api}/users`, leaving)
app.route(`${api}/users/me/export`, ownExport)
app.route(`${api}/deletions`, deletions)
app.route(`${api}/users/:userId/sessions`, sessionsOf)
app.route(`${api}/rooms`, rooms)
app.route(`${api}/rooms/:roomId/bans`, bans)
app.route(`${api}/rooms/:roomId/bots`, bots)
app.route(`${api}/rooms/:roomId/export`, exports)
app.route(`${api}/rooms/:roomId/invites`, roomInvites)
app.route(`${api}/rooms/:roomId/members`, members)
app.route(`${api}/rooms/:roomId/messages`, messages)
app.route(`${api}/rooms/:roomId/read`, read)
app.route(`${api}/rooms/:roomId/search`, roomSearch)
app.route(`${api}/rooms/:roomId/socket`, socket)
app.route(`${api}/rooms/:roomId/webhooks`, webhooks)
app.route(`${api}/invites`, invites)
app.route(`${api}/search`, search)
app.route(`${api}/admin`, admin)
app.route(api, describing(app))

app.notFound(problemFor('notFound'))
app.onError((error, c) => problem(c, failureOf(error)))
