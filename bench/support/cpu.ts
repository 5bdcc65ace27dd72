// How much processor a process has used, from the scheduler's own books.

import { readdir, readFile } from 'node:fs/promises'

/** Nanoseconds on a processor, over all threads of `pid` that still live. Linux only. */
export async function cpuNanoseconds(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`)
  const times = await Promise.all(
    tasks.map(async (task) => {
      const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8')
      return Number(text.split(' ')[0])
    }),
  )
  return times.reduce((sum, time) => sum + time, 0)
}
