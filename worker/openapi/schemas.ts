// The protocol's schemas as JSON Schema: each that is exported by a name is a component of that name.

import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import * as accounts from '../../protocol/api/accounts.ts'
import * as admin from '../../protocol/api/admin.ts'
import * as bots from '../../protocol/api/bots.ts'
import * as deletions from '../../protocol/api/deletions.ts'
import * as health from '../../protocol/api/health.ts'
import * as invites from '../../protocol/api/invites.ts'
import * as messages from '../../protocol/api/messages.ts'
import * as people from '../../protocol/api/people.ts'
import { Problem } from '../../protocol/api/problem.ts'
import * as rooms from '../../protocol/api/rooms.ts'
import * as signIns from '../../protocol/api/sign-ins.ts'
import * as webhookSchemas from '../../protocol/api/webhooks.ts'
import {
  MessageRow,
  Notice,
  Person,
  Reactions,
  RoomSettings,
  Visibility,
} from '../../protocol/changes.ts'
import { BotRight, Role } from '../../protocol/permissions.ts'
import { examples } from './examples.ts'

export type Schema = v.GenericSchema<unknown, unknown>
export type JsonSchema = ReturnType<typeof toJsonSchema>

// Not `WebhookDelivery`, which no route takes or gives.
const { WebhookDelivery, ...webhooks } = webhookSchemas

const resources = [
  accounts,
  admin,
  bots,
  deletions,
  health,
  invites,
  messages,
  people,
  rooms,
  signIns,
  webhooks,
]
const shared = {
  BotRight,
  MessageRow,
  Notice,
  Person,
  Problem,
  Reactions,
  Role,
  RoomSettings,
  Visibility,
}

/** What an address holds is told parameter by parameter. */
const isOfAnAddress = (name: string) => /(?:Path|Query)$/.test(name)

export const named: Readonly<Record<string, Schema>> = {
  ...shared,
  ...Object.fromEntries(
    resources
      .flatMap((resource) => Object.entries<unknown>(resource))
      .filter((entry): entry is [string, Schema] => isSchema(entry[1]) && !isOfAnAddress(entry[0])),
  ),
}

const names = new Map(Object.entries(named).map(([name, schema]) => [schema, name] as const))

export const refTo = (name: string) => `#/components/schemas/${name}`

const config: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  errorMode: 'ignore', // A check is code: what it asks for stands beside it, as metadata.
  overrideRef: ({ referenceId }) => refTo(referenceId),
}

/** Every named schema, once. */
export function components(): Record<string, JsonSchema> {
  const schemas = toJsonSchemaDefs(named, config)
  for (const [name, example] of Object.entries(examples)) {
    Object.assign(schemas[name] ?? {}, { examples: [example] })
  }
  return schemas
}

/** A name's reference, or what an address holds, whole. */
export function schemaOf(schema: Schema): JsonSchema {
  const name = names.get(schema)
  if (name) return { $ref: refTo(name) }
  const { $schema, ...inline } = toJsonSchema(schema, config)
  return inline
}

function isSchema(value: unknown): value is Schema {
  return value instanceof Object && 'kind' in value && value.kind === 'schema'
}
