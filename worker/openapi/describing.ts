// Where the API's document is asked for.

import { Hono } from 'hono'
import * as v from 'valibot'
import type { AppEnv } from '../context.ts'
import { does } from './described.ts'
import { type ApiDocument, documentOf } from './document.ts'

/** Made when first asked for, of all that `app` has by then: it never changes. */
export function describing(app: Hono<AppEnv>): Hono<AppEnv> {
  let document: ApiDocument | undefined
  return new Hono<AppEnv>().get(
    '/openapi.json',
    does('describe', 'This document.', { 200: v.record(v.string(), v.unknown()) }),
    (c) => {
      document ??= documentOf(app)
      return c.json(document)
    },
  )
}
