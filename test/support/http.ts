// Plain HTTP against a Parley: what a client that is no app of ours would send and get.

import { expectDescribed } from './as-described.ts'

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
  readonly text: string
}

export interface Ask {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export type Http = <Body = Record<string, unknown>>(
  method: string,
  path: string,
  ask?: Ask,
) => Promise<Answer<Body>>

/** Paths are under `/api/v1`. A body that is text goes as it is, anything else as JSON. */
export function httpTo({ url }: { url: string }): Http {
  return async <Body>(method: string, path: string, { token, body, headers }: Ask = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    expectDescribed(method, `/api/v1${path}`, {
      ...{ status: response.status, headers: response.headers },
      text,
    })
    return {
      ...{ status: response.status, headers: response.headers, text },
      body: JSON.parse(text || 'null') as Body,
    }
  }
}

/** The refresh cookie an answer sets, as a browser would send it back. */
export function cookieOf({ headers }: { headers: Headers }): string {
  return headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
