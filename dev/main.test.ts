// `npm run dev`, as a person meets it: started, used, stopped, started again.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from './start/port.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-dev-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function startDev(data: string, port: number) {
  const dataDir = join(folder, data)
  const child = spawn(
    process.execPath,
    ['dev/main.ts', '--port', String(port), '--data', dataDir],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  const ended = once(child, 'exit')
  await Promise.race([ended, expect.poll(() => said, { timeout: 90_000 }).toContain('\n')])
  const stop = async () => {
    child.kill('SIGINT')
    const [code] = await ended
    return code
  }
  const kill = () => child.kill('SIGKILL')
  return { url: `http://localhost:${port}`, dataDir, said: () => said, ended, stop, kill }
}

async function post(url: string, path: string, body: object) {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  return (await fetch(`${url}/api/v1${path}`, init)).status
}

/** Processes whose command line names the folder. */
async function processesOf(dataDir: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  return (await Promise.all(lines)).filter((line) => line.includes(dataDir))
}

const ann = { email: 'ann@example.com', username: 'ann', password: 'correct horse battery' }

it('[P27 P28] serves the app and the API, keeps its data, and leaves nothing running', async () => {
  const [port, otherPort] = [await freePort(), await freePort()]
  const [one, other] = await Promise.all([startDev('one', port), startDev('two', otherPort)])
  expect(one.said()).toBe(`ready ${one.url}\n`)
  expect(other.said()).toBe(`ready ${other.url}\n`)
  expect(await (await fetch(`${one.url}/rooms/anything`)).text()).toContain('<!doctype html>')
  expect(await post(one.url, '/auth/register', ann)).toBe(201)
  expect(await post(other.url, '/auth/login', { login: 'ann', password: ann.password })).toBe(401)

  expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0])
  expect(await processesOf(one.dataDir)).toEqual([])

  const again = await startDev('one', port)
  const second = await startDev('one', otherPort)
  expect((await second.ended)[0]).toBe(1)
  expect(second.said()).toContain(`The folder ${one.dataDir} is in use.`)
  expect(await post(again.url, '/auth/login', { login: 'ann', password: ann.password })).toBe(200)
  expect(await again.stop()).toBe(0)
})

it('[D-45] killed, it leaves no Worker running, and a folder that can be used again', async () => {
  const port = await freePort()
  const killed = await startDev('four', port)
  killed.kill()
  await killed.ended
  await expect.poll(() => processesOf(killed.dataDir), { timeout: 20_000 }).toEqual([])
  const again = await startDev('four', port)
  expect(again.said()).toBe(`ready ${again.url}\n`)
  expect(await again.stop()).toBe(0)
})

it('says so when the port is taken', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const address = squatter.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const dev = await startDev('three', port)
  expect((await dev.ended)[0]).toBe(1)
  expect(dev.said()).toContain(`Port ${port} is taken.`)
  squatter.close()
})
