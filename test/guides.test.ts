// The programs in docs/ run as they stand there: what a reader copies works. [D-50]

import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, expect, it } from 'vitest'
import { freePort } from '../dev/start/port.ts'
import type { History } from '../protocol/api/messages.ts'
import type { NewWebhook } from '../protocol/api/webhooks.ts'
import type { RoomId } from '../protocol/ids.ts'
import { botIn } from './support/bots.ts'
import { newMessageId } from './support/ids.ts'
import { ownParley, signUpAll } from './support/own-parley.ts'
import { roomOf } from './support/parley.ts'

const parley = await ownParley()
const [ana] = await signUpAll(parley, 'Ana')
const running: ChildProcess[] = []
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** The program of this guide, started; its words so far. */
async function started(guide: string, settings: Record<string, string>): Promise<() => string> {
  const text = await readFile(new URL(`../docs/${guide}.md`, import.meta.url), 'utf8')
  const [, program = ''] = /```ts\n(.*?)```/s.exec(text) ?? []
  const folder = new URL('../build/guides/', import.meta.url).pathname
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}${guide}.ts`, program)
  const child = spawn(process.execPath, ['--no-warnings', `${folder}${guide}.ts`], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  await expect.poll(() => said, { timeout: 20_000 }).toContain('listening')
  return () => said
}

const say = (room: RoomId, body: string) =>
  ana.ask('POST', `/rooms/${room}/messages`, { id: newMessageId(), body })

it('[HOK2 HOK4] the receiver of docs/webhooks.md takes what is ours, once, and nothing else', async () => {
  const room = await roomOf(ana)
  const url = `http://127.0.0.1:${await freePort()}/`
  const asked = { url, events: ['messages'] }
  const { body: hook } = await ana.ask<NewWebhook>('POST', `/rooms/${room}/webhooks`, asked)
  const said = await started('webhooks', { SECRET: hook.secret, PORT: new URL(url).port })
  await say(room, 'Hello')
  await expect.poll(said, { timeout: 20_000 }).toContain('1: Hello\n')

  const call = async ({ id = 'msg_1', agoSeconds = 0, key = hook.secret, text = 'Forged' }) => {
    const at = String(Math.floor(Date.now() / 1_000) - agoSeconds)
    const body = JSON.stringify({ type: 'changes', messages: [{ seq: 9, body: text }] })
    const mark = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64'))
    const signature = `v1,${mark.update(`${id}.${at}.${body}`).digest('base64')}`
    const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature }
    return (await fetch(url, { method: 'POST', headers, body })).status
  }
  expect(await call({ key: 'whsec_AAAA' })).toBe(401)
  expect(await call({ agoSeconds: 301 })).toBe(400)
  expect(await call({ agoSeconds: -310 })).toBe(400)
  expect(said()).not.toContain('Forged')
  expect([await call({ text: 'Once' }), await call({ text: 'Once' })]).toEqual([204, 204])
  expect(said().match(/Once/g)).toHaveLength(1)
})

it('[BOT3] the bot of docs/bots.md answers, and comes back after a kill knowing what it missed', async () => {
  const room = await roomOf(ana)
  const bot = await botIn(room, ana)
  const said = await started('bots', { PARLEY: parley.url, ROOM: room, TOKEN: bot.token })
  await say(room, 'ping')
  const answers = async () => {
    const { body } = await ana.ask<History>('GET', `/rooms/${room}/messages`)
    const own = body.messages.filter(
      ({ authorId, kind }) => authorId === bot.id && kind !== 'notice',
    )
    return own.map((message) => [message.body, message.replyTo])
  }
  const seqOf = async (nth: number) => {
    const { body } = await ana.ask<History>('GET', `/rooms/${room}/messages`)
    return body.messages.filter((message) => message.body === 'ping')[nth]?.seq
  }
  const first = ['pong', await seqOf(0)]
  await expect.poll(answers, { timeout: 20_000 }).toEqual([first])

  await parley.workerd.kill()
  await parley.workerd.start()
  await say(room, 'ping')
  const second = ['pong', await seqOf(1)]
  await expect.poll(answers, { timeout: 20_000 }).toEqual([first, second])
  expect(said()).not.toContain('Error')
})
