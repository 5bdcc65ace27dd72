// The same for Workers Analytics Engine, where a dataset is bound: a point a request, a point whenever a
// room passes on what it counted. No id in them, either. [OPS2]

import { type MetricKey, metrics } from './metrics.ts'
import { type Counted, partsOf } from './tally.ts'

/** The platform's binding, as far as it is used. */
export interface Dataset {
  writeDataPoint(point: Point): void
}

export interface Point {
  readonly indexes: [string]
  readonly blobs: string[]
  readonly doubles: number[]
}

/** Never fails: a point is worth no request. */
export function write(dataset: Dataset | undefined, point: Point): void {
  try {
    dataset?.writeDataPoint(point)
  } catch {
    // The platform allows so many a request, and no more.
  }
}

/** blob1 `request`, blob2 route, blob3 method, blob4 code or nothing; double1 status, double2 milliseconds. */
export function requestPoint(of: {
  readonly route: string
  readonly method: string
  readonly code: string
  readonly status: number
  readonly durationMs: number
}): Point {
  const { route, method, code, status, durationMs } = of
  return {
    indexes: [route],
    blobs: ['request', route, method, code],
    doubles: [status, durationMs],
  }
}

/** The order of a room's doubles, from double1 on. */
export const roomDoubles = [
  'messagesAccepted',
  'messagesRefused',
  'framesRefused',
  'deliveries',
  'socketsOpened',
  'socketsClosed',
  'webhooks',
  'limits',
] as const satisfies readonly MetricKey[]

/** blob1 `room`; the doubles are sums since the room's last point, in the order above. */
export function roomPoint({ sums }: Counted): Point {
  const sumOf = (key: MetricKey) =>
    sums
      .filter(([series]) => partsOf(series)[0] === metrics[key].name)
      .reduce((sum, [, value]) => sum + value, 0)
  return { indexes: ['room'], blobs: ['room'], doubles: roomDoubles.map(sumOf) }
}
