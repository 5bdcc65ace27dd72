// People over HTTP, looked for by name.

import * as v from 'valibot'
import { UserId } from '../ids.ts'
import { queryCharactersMax } from '../limits.ts'
import { Account, AdminAccount, Profile } from './accounts.ts'
import { Limit, Next, PageCursor } from './page.ts'

/** `query`: how words of a display name or username begin, all of them; to admins, or an address. */
export const PeopleQuery = v.strictObject({
  query: v.optional(v.pipe(v.string(), v.maxLength(queryCharactersMax)), ''),
  cursor: PageCursor,
  limit: Limit,
})

/** Each as the caller may see them: oneself whole, others in part, everybody whole to admins. [S7] */
export const Seen = v.union([AdminAccount, Account, Profile])
export type Seen = v.InferOutput<typeof Seen>

/** By folded username. */
export const People = v.object({ users: v.array(Seen), next: Next })
export type People = v.InferOutput<typeof People>

export const UserPath = v.object({ userId: UserId })
