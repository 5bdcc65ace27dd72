// What a bench has started ends with it, also where it fails or is stopped half-way.

interface Started {
  /** Must do what ends the process before its first await. */
  stop(): Promise<void>
}

const started = new Set<Started>()

/** Ending twice does no harm. */
export function endWithUs(one: Started): void {
  if (started.size === 0) {
    process.once('exit', () => {
      for (const { stop } of started) void stop()
    })
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  }
  started.add(one)
}
