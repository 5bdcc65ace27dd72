// Answers the API's calls in the page: the real Api runs over it, schemas and all.

import { type FailureCode, failures } from '../../../protocol/failures.ts'
import type { Fetch } from '../../client/request.ts'

/** What a call is answered with: a value, a failure, or nothing ever. */
export type Answers = Readonly<Record<string, unknown>>

export const never = Symbol('never')

export class Refused {
  readonly code: FailureCode
  readonly more: object
  constructor(code: FailureCode, more: object = {}) {
    this.code = code
    this.more = more
  }
}

/** Keys are "METHOD /path" without the query. */
export function fakeServer(answers: Answers): Fetch {
  return async (url, init) => {
    const path = url.replace('/api/v1', '').replace(/\?.*$/u, '')
    const answer = answers[`${init.method} ${path}`] ?? new Refused('notFound')
    if (answer === never) return new Promise<Response>(() => undefined)
    if (!(answer instanceof Refused)) return Response.json(answer)
    const { code, more } = answer
    const { status, title } = failures[code]
    return Response.json(
      { type: 'about:blank', title, status, code, detail: title, ...more },
      { status },
    )
  }
}
