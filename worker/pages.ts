// An address that is no file is the app's own to show: the platform asks us where it has none.

import type { Bindings } from './env.ts'

/** Never the app in the place of a file: a browser would keep it under that name for a year. */
const others = /^\/(?:api|assets)(?:\/|$)/

/** The app's page, whatever its address; null for what is none of its addresses. */
export function pageFor(request: Request, { ASSETS }: Bindings): Promise<Response> | null {
  const url = new URL(request.url)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!ASSETS || !isRead || others.test(url.pathname)) return null
  return ASSETS.fetch(new Request(new URL('/', url), request))
}
