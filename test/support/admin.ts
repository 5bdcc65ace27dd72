// Somebody who runs Parley.

import { sql } from 'drizzle-orm'
import { connect } from '../../database/client.ts'
import type { Postgres } from '../../dev/postgres.ts'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import { httpTo } from './http.ts'
import { type Person, signUp } from './parley.ts'

/** By a second sign-in, whose token says so, as that of anybody who has been an admin for a while. */
export async function signUpAdmin(
  { url, postgres }: { url: string; postgres: Postgres },
  name: string,
): Promise<Person> {
  const person = await signUp({ url }, name)
  const { rows } = await connect(postgres.url).execute(
    sql`update users set role = 'admin' where id = ${person.id} returning username`,
  )
  const http = httpTo({ url })
  const login = { login: rows[0]?.['username'], password: 'correct horse battery' }
  const { body } = await http<SignedIn>('POST', '/auth/login', { body: login })
  const { accessToken: token } = body
  return {
    ...{ id: person.id, name, token },
    ask: (method, path, asked) => http(method, path, { token, body: asked }),
  }
}
