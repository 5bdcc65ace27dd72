// One clock for all threads.

/** Milliseconds since 1970, with fractions. */
export const nowMs = () => performance.timeOrigin + performance.now()

export const waitMs = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
