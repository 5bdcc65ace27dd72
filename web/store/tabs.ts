// What the tabs of one browser share: news, and the right to be the only one doing something.

/** A tab's end of a channel that all tabs of the origin hear, the speaker excepted. */
export interface Channel {
  tell(message: unknown): void
  close(): void
}

/** The lead in one matter. Tabs queue for it; the next gets it when a tab closes. */
export interface Lead {
  /** Takes the lead from whichever tab has it: the person is writing here. */
  take(): void
  release(): void
}

export interface Tabs {
  channel(name: string, heard: (message: unknown) => void): Channel
  /** Runs `work` while no other tab does. `waited` tells whether another one just did. */
  alone<Value>(name: string, work: (waited: boolean) => Promise<Value>): Promise<Value>
  lead(name: string, told: (leading: boolean) => void): Lead
}

/** Without locks (an insecure origin, an old browser) every tab acts alone, and ids keep it safe. */
export function browserTabs(locks: LockManager | null = locksHere()): Tabs {
  return {
    channel: (name, heard) => {
      const channel = new BroadcastChannel(name)
      channel.onmessage = ({ data }) => heard(data)
      return { tell: (message) => channel.postMessage(message), close: () => channel.close() }
    },
    alone: (name, work) => (locks ? alone(locks, name, work) : work(false)),
    lead: (name, told) => (locks ? leadBy(locks, name, told) : leadAlone(told)),
  }
}

async function alone<Value>(
  locks: LockManager,
  name: string,
  work: (waited: boolean) => Promise<Value>,
): Promise<Value> {
  const free = await locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? { value: await work(false) } : null,
  )
  return free ? free.value : await locks.request(name, () => work(true))
}

function leadBy(locks: LockManager, name: string, told: (leading: boolean) => void): Lead {
  let release: (() => void) | null = null // Present while this tab leads.
  let queued = new AbortController()
  let over = false

  function want(steal: boolean): void {
    const held = Promise.withResolvers<void>()
    let leading = false
    queued = new AbortController()
    locks
      .request(name, steal ? { steal } : { signal: queued.signal }, () => {
        leading = true
        release = held.resolve
        told(true)
        return held.promise
      })
      .catch(() => {
        if (over || !leading) return // Called off, to take it instead.
        release = null
        told(false) // Another tab took it: back into the queue.
        want(false)
      })
  }

  want(false)
  return {
    take: () => {
      if (release || over) return
      queued.abort()
      want(true)
    },
    release: () => {
      over = true
      queued.abort()
      release?.()
    },
  }
}

function leadAlone(told: (leading: boolean) => void): Lead {
  told(true)
  return { take: () => undefined, release: () => undefined }
}

/** Typed as always there; absent in fact on an insecure origin. */
const locksHere = (): LockManager | null => globalThis.navigator?.locks ?? null
