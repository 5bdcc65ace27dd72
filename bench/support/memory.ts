// How much memory a process holds. Linux only.

import { readFile } from 'node:fs/promises'

/** Bytes resident now. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? []
  return Number(kilobytes) * 1024
}

/** Watches until told to stop, and then says by how much it grew at most. */
export async function watchGrowth(pid: number, everyMs = 100): Promise<() => Promise<number>> {
  const before = await residentBytes(pid)
  let most = before
  const look = async () => {
    most = Math.max(most, await residentBytes(pid))
  }
  const timer = setInterval(() => void look(), everyMs)
  return async () => {
    clearInterval(timer)
    await look()
    return most - before
  }
}
