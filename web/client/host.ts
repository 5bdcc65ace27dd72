// What the connection needs of the place it runs in. A page is one; so are a test and a load generator.

export type HostEvent = 'online' | 'offline' | 'woke'

export interface Host {
  /** Of the API, like `https://chat.example`. */
  readonly origin: string
  open(url: string, protocols: string[]): WebSocket
  now(): number
  random(): number
  /** Calls once, later; the answer calls it off. */
  later(run: () => void, ms: number): () => void
  isOnline(): boolean
  /** Tells when the network comes or goes and when somebody looks at the page again. */
  watch(seen: (event: HostEvent) => void): () => void
}

/** A page; in a runtime without one (Node) nothing is ever seen, and the network is believed in. */
export function browserHost(origin: string = globalThis.location?.origin): Host {
  return {
    origin,
    open: (url, protocols) => new WebSocket(url, protocols),
    now: () => Date.now(),
    random: () => Math.random(),
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    isOnline: () => globalThis.navigator?.onLine !== false,
    watch: (seen) => (globalThis.document ? watchPage(seen) : () => undefined),
  }
}

function watchPage(seen: (event: HostEvent) => void): () => void {
  const watching = new AbortController()
  const { signal } = watching
  addEventListener('online', () => seen('online'), { signal })
  addEventListener('offline', () => seen('offline'), { signal })
  addEventListener('pageshow', () => seen('woke'), { signal })
  const shown = () => document.visibilityState === 'visible' && seen('woke')
  document.addEventListener('visibilitychange', shown, { signal })
  return () => watching.abort()
}
