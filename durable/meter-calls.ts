// What is asked of the object that adds up what all isolates and rooms have counted.

import type { Counted } from './tally.ts'

/** The same batch twice counts once, by its id. */
export interface Batch extends Counted {
  readonly id: string
}

export interface MeterCalls {
  add(batch: Batch): Promise<void>
  read(): Promise<Counted>
}

export interface MeterNamespace {
  getByName(name: string): MeterCalls
}

/** There is one, so that every figure is of all of Parley. */
export const meterName = 'all'
