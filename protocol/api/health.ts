// Whether Parley is alive, and Postgres there.

import * as v from 'valibot'

export const Alive = v.object({ status: v.literal('ok') })
export type Alive = v.InferOutput<typeof Alive>

/** `latencyMs`: one round trip to Postgres. */
export const Ready = v.object({
  status: v.literal('ok'),
  database: v.object({ latencyMs: v.number() }),
})
export type Ready = v.InferOutput<typeof Ready>
