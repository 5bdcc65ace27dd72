// The floors of requests: a route that checks nothing, two that ask Postgres once, for nothing and for an
// account by its id, and one that only hashes.

import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import * as v from 'valibot'
import { connect } from '../../database/client.ts'
import { ping } from '../../database/health.ts'
import { users } from '../../database/schema.ts'
import { UserId } from '../../protocol/ids.ts'
import { hashPassword, passwordMatches } from '../../worker/domain/passwords.ts'
import { ChatRoom, LoginGuard, Meter } from '../../worker/index.ts'

export { ChatRoom, LoginGuard, Meter }

const app = new Hono<{ Bindings: { DATABASE_URL: string } }>()

app.post('/bare', async (c) => c.json(await c.req.json()))

app.get('/trip', async (c) => {
  await ping(connect(c.env.DATABASE_URL))
  return c.json({ status: 'ok' })
})

app.get('/account/:id', async (c) => {
  const byId = eq(users.id, v.parse(UserId, c.req.param('id')))
  const [row] = await connect(c.env.DATABASE_URL).select().from(users).where(byId)
  return c.json(row)
})

app.post('/hash', async (c) => c.text(await hashPassword(await c.req.text())))

app.post('/match', async (c) => {
  const { password, hash } = await c.req.json()
  return c.json({ isRight: await passwordMatches(password, hash) })
})

export default app
