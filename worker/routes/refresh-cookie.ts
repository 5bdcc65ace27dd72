// The refresh token in a browser: out of the reach of scripts, and of other sites. [S18]

import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { Failure } from '../../protocol/failures.ts'
import type { AppContext } from '../context.ts'
import type { Admitted } from '../domain/sign-ins.ts'

const name = 'parley'
const attributes = { prefix: 'host', httpOnly: true, secure: true, sameSite: 'Strict' } as const

export function keepInCookie(c: AppContext, admitted: Admitted): void {
  const { refreshToken, refreshTokenExpiresAt } = admitted
  const leftMs = refreshTokenExpiresAt.getTime() - c.get('world').now.getTime()
  const maxAge = Math.max(0, Math.floor(leftMs / 1000))
  setCookie(c, name, refreshToken, { ...attributes, path: '/', maxAge })
}

/**
 * A browser sends a cookie unasked, so the page must be ours: it has to say so, and the JSON type of
 * its body, without which no route gets as far as the cookie, says that no form was sent. [API2]
 */
export function fromCookie(c: AppContext): string | undefined {
  const token = getCookie(c, name, 'host')
  if (token !== undefined && c.req.header('origin') === undefined) throw new Failure('wrongOrigin')
  return token
}

export function dropCookie(c: AppContext): void {
  deleteCookie(c, name, { ...attributes, path: '/' })
}
