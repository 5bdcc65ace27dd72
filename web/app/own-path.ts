// Where to go after logging in: only ever to a page of ours. [APP3]

const START = '/rooms'

/** The path in `next` if it is one of our own, else the rooms. */
export function ownPath(next: string | undefined, origin: string = location.origin): string {
  if (!next?.startsWith('/') || next.startsWith('//')) return START
  // Parsed as the browser will: `/\evil.example` and `/%09/evil.example` lead elsewhere.
  const url = URL.parse(next, origin)
  return url?.origin === origin ? url.pathname + url.search : START
}

/** The login page that comes back to where one was; `ended` lets it say why one is there. */
export function loginPath(from: string, { ended = false } = {}): string {
  const query = new URLSearchParams()
  if (from !== START && from !== '/') query.set('next', from)
  if (ended) query.set('ended', '')
  return query.size > 0 ? `/login?${query}` : '/login'
}
