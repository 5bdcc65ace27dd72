// What is wrong with a field, said so that whoever wrote the request knows what to write.

import * as v from 'valibot'
import { expect, it } from 'vitest'
import { MemberPatch } from '../protocol/api/rooms.ts'
import './input.ts'

const said = (schema: v.GenericSchema, value: unknown) =>
  v.safeParse(schema, value).issues?.[0].message

it.each<[v.GenericSchema, unknown, string]>([
  [v.string(), 7, 'must be a string'],
  [v.boolean(), 'yes', 'must be true or false'],
  [v.array(v.string()), {}, 'must be a list'],
  [v.object({}), 'text', 'must be an object'],
  [v.pipe(v.string(), v.maxLength(3)), 'four', 'must be at most 3 characters'],
  [v.pipe(v.array(v.string()), v.minLength(1)), [], 'must hold at least 1'],
  [v.pipe(v.number(), v.minValue(0)), -1, 'must be at least 0'],
  [v.picklist(['public', 'private']), 'x', 'must be one of "public", "private"'],
  [v.nullable(v.number()), 'x', 'must be a number'],
  [v.strictObject({ a: v.string() }), {}, 'is missing'],
  [v.strictObject({}), { b: 1 }, 'is not known here'],
  [MemberPatch, { role: 'guest' }, 'must hold a role above guest, or mutedUntil alone'],
])('[API1] %# says what is expected', (schema, value, message) => {
  expect(said(schema, value)).toBe(message)
})
