// The same things read in a large room and in a small one, and what each cost.

import type { RoomId } from '../../protocol/ids.ts'
import type { Parley } from '../../test/support/parley.ts'
import { nowMs } from './clock.ts'
import { against, inTurn, median, quantile } from './figures.ts'
import { rowsOf } from './filled.ts'

export interface Size {
  readonly room: RoomId
  readonly messages: number
}

export interface Rooms {
  readonly server: Parley
  readonly sizes: Readonly<Record<'large' | 'small', Size>>
  readonly tries: number
}

/** Throws when what it is answered is not what it asked for. */
export type Read = (size: Size) => Promise<void>

const warmUps = 5

/**
 * Each kind of reading in both rooms, all in turn; a line for each. Resolves to the medians in the
 * large room, and the most rows that any of them read.
 */
export async function compare(reads: Record<string, Read>, { server, sizes, tries }: Rooms) {
  const names = Object.keys(reads)
  const pairs = names.flatMap((name) => [
    { name, size: sizes.large, times: [] as number[] },
    { name, size: sizes.small, times: [] as number[] },
  ])
  const timed = async ({ name, size, times }: (typeof pairs)[number]) => {
    const askedMs = nowMs()
    await reads[name]?.(size)
    times.push(nowMs() - askedMs)
  }
  await inTurn(warmUps, pairs, timed)
  for (const { times } of pairs) times.length = 0
  await inTurn(tries, pairs, timed)

  const medians = new Map<string, number>()
  let rowsReadMax = 0
  for (const name of names) {
    const [large, small] = pairs.filter((pair) => pair.name === name).map(({ times }) => times)
    const rowsRead = await Promise.all(
      [sizes.large, sizes.small].map(async (size) => {
        return (await rowsOf(server, size.room, async () => reads[name]?.(size))).rowsRead
      }),
    )
    if (!large || !small) continue
    medians.set(name, median(large))
    rowsReadMax = Math.max(rowsReadMax, ...rowsRead)
    report(name, { large, small, rowsRead })
  }
  return { medians, rowsReadMax }
}

function report(
  name: string,
  { large, small, rowsRead }: Record<'large' | 'small' | 'rowsRead', readonly number[]>,
): void {
  const told = (times: readonly number[]) =>
    `p50 ${median(times).toFixed(2)} p99 ${quantile(times, 0.99).toFixed(2)} ms`
  console.log(
    `history ${name}: ${told(large)}, ${against(1.5, median(large), median(small))} ` +
      `the same in the small room (${told(small)}), rows read ${rowsRead.join(' and ')}`,
  )
}
