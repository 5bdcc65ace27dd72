// How a room tells operators what it counted: to the meter, and as a point where a dataset is bound.

import { meterName } from './meter-calls.ts'
import { PassingOn } from './passing-on.ts'
import { roomPoint, write } from './points.ts'
import type { RoomBindings } from './settings.ts'

export function passingOnOf(
  { METER, METRICS }: RoomBindings,
  world: { readonly now: () => number; readonly mintId: () => string },
): PassingOn {
  return new PassingOn({
    ...world,
    meter: () => METER?.getByName(meterName) ?? null,
    took: (counted) => write(METRICS, roomPoint(counted)),
  })
}
