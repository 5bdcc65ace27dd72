// Every operation that is documented is wired: each is done once with success, at the entry that is deployed.

import { randomBytes } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { signUpAdmin } from './support/admin.ts'
import { expectDescribed } from './support/as-described.ts'
import { addressOf, routes } from './support/every-route.ts'
import {
  accountDeeds,
  adminDeeds,
  type Deed,
  type Do,
  machineDeeds,
  roomDeeds,
  serviceDeeds,
} from './support/everything.ts'
import { startHarness } from './support/harness.ts'
import { wideLimits } from './support/parley.ts'
import { startReceiver } from './support/receiver.ts'
import { RoomSocket } from './support/room-socket.ts'

const operatorToken = randomBytes(32).toString('base64url')
const harness = await startHarness({ ...wideLimits, METRICS_TOKEN: operatorToken })
const receiver = await startReceiver()
afterAll(async () => {
  await receiver.close()
  await harness.stop()
})
const { token: adminToken } = await signUpAdmin(harness, 'Root')

it.each([
  ['without', ''],
  ['with', '/'],
])('[D-01 D-07 P10] all that is documented is done, %s a slash at the end', async (_, end) => {
  const done = new Set<string>()
  const act: Do = async <Answer>(name: string, token?: string, deed: Deed = {}) => {
    done.add(name)
    if (name === 'openSocket') return opened(deed.values?.['roomId'], token, end) as Answer
    return asked(name, token, { ...deed, end }) as Answer
  }
  await accountDeeds(act)
  await roomDeeds(act)
  await machineDeeds(act, receiver.url)
  await adminDeeds(act, adminToken)
  await serviceDeeds(act, operatorToken)
  expect([...done].sort()).toEqual(routes.map(({ name }) => name).sort())
})

type Asked = Deed & { readonly end: string }

async function asked(name: string, token: string | undefined, deed: Asked): Promise<unknown> {
  const { values = {}, body, query = '', type = 'application/json', end } = deed
  const route = routes.find((one) => one.name === name)
  if (!route) throw new Error(`There is no operation ${name}.`)
  const path = `/api/v1${addressOf(route, values)}${end}${query}`
  const response = await fetch(harness.url + path, {
    method: route.method,
    redirect: 'manual',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': type }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const { status, headers } = response
  expect([name, status, status < 300 ? '' : text]).toEqual([name, status, ''])
  expectDescribed(route.method, path, { status, headers, text })
  return headers.get('content-type') === 'application/json' ? JSON.parse(text) : text
}

async function opened(room = '', token = '', end = ''): Promise<void> {
  const socket = new RoomSocket(harness.url, room, token, { query: end })
  await socket.welcome()
  await socket.close()
}
