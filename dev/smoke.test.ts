// The smoke test says yes to a Parley that works, and names what does not.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { rooms, users } from '../database/schema.ts'
import { newcomer, password } from '../test/support/accounts.ts'
import { ownParley } from '../test/support/own-parley.ts'

const { url, http, db, postgres } = await ownParley()

function smoke(at: string, env: Record<string, string> = {}) {
  const script = new URL('smoke.ts', import.meta.url).pathname
  return new Promise<{ code: number | null; said: string; wrong: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--no-warnings', script, '--url', at],
      { env: { ...process.env, ...env } },
      (_, said, wrong) => resolve({ code: child.exitCode, said, wrong }),
    )
  })
}

it('[OPS4] says that a Parley works, step by step, and leaves nothing', async () => {
  const { code, said, wrong } = await smoke(url)
  expect([code, wrong]).toEqual([0, ''])
  const steps = said.split('\n').map((line) => line.split(':')[0])
  expect(steps).toEqual([
    ...['health', 'ready', 'register', 'room', 'two sockets', 'one message'],
    ...['close the sockets', 'delete the room', 'delete the account', 'http', ''],
  ])
  expect(await db.$count(rooms)).toBe(0)
  const left = await db.select().from(users)
  expect(left.map(({ emailKey, id }) => emailKey === id)).toEqual([true])
})

it('[OPS4] signs in as somebody there is, and out again', async () => {
  const ann = await newcomer(http)
  const env = { SMOKE_LOGIN: ann.username, SMOKE_PASSWORD: password }
  const { code, said } = await smoke(url, env)
  expect(code).toBe(0)
  expect(said).toMatch(/sign in: \d+ ms[\s\S]*sign out: \d+ ms/)
  expect((await ann.ask('GET', '/users/me')).status).toBe(200)
  const { code: refused, wrong } = await smoke(url, { ...env, SMOKE_PASSWORD: 'wrong' })
  expect([refused, wrong]).toEqual([1, 'sign in: POST /auth/login answered 401 wrongCredentials\n'])
})

it('[OPS4] names what does not work', async () => {
  postgres.faults = () => 'fail'
  const away = await smoke(url)
  postgres.faults = () => 'none'
  expect([away.code, away.wrong]).toEqual([
    1,
    expect.stringMatching(/^ready: GET \/ready answered/),
  ])

  // All but the rooms' sockets: what a proxy that knows no upgrades would do.
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = 'GET', headers } = request
    const passedOn = await fetch(`${url}${request.url}`, {
      method,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        ['authorization', 'content-type'].includes(name) ? [[name, String(value)]] : [],
      ) as [string, string][],
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    response.writeHead(passedOn.status).end(Buffer.from(await passedOn.arrayBuffer()))
  }).listen(0)
  await once(proxy, 'listening')
  const { code, wrong } = await smoke(`http://localhost:${(proxy.address() as AddressInfo).port}`)
  proxy.close()
  expect([code, wrong]).toEqual([1, 'two sockets: a socket ended before it heard its welcome\n'])
  expect(await db.$count(rooms)).toBe(0)

  const nowhere = await smoke('http://localhost:9')
  expect(nowhere.code).toBe(1)
  expect(nowhere.wrong).toMatch(/^health: GET \/health had no answer/)
}, 60_000)
