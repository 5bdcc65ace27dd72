// Requests at times fixed beforehand, whatever becomes of those before; and what each cost.

import { Agent, request } from 'node:http'
import { build } from 'hdr-histogram-js'
import { nowMs, waitMs } from './clock.ts'
import { cpuNanoseconds } from './cpu.ts'

export interface Asked {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Round {
  readonly cpuMicroseconds: number
  /** From the intended time to the last byte of the answer. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slipMs: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Throws for any answer but a good one: a round with refusals is no round. */
export async function load(
  asked: Asked,
  { pid, perSecond, seconds }: { pid: number; perSecond: number; seconds: number },
): Promise<Round> {
  const [latency, slip] = [build(), build()]
  const micros = (sinceMs: number) => Math.max(0, (nowMs() - sinceMs) * 1000)
  const count = perSecond * seconds
  const before = await cpuNanoseconds(pid)
  const startMs = nowMs() + 50
  const answers: Promise<void>[] = []
  for (let n = 0; n < count; n += 1) {
    const dueMs = startMs + (n * 1000) / perSecond
    await until(dueMs)
    slip.recordValue(micros(dueMs))
    answers.push(ask(asked).then(() => latency.recordValue(micros(dueMs))))
  }
  await Promise.all(answers)
  const spent = (await cpuNanoseconds(pid)) - before
  return {
    cpuMicroseconds: spent / 1000 / count,
    p50Ms: latency.getValueAtPercentile(50) / 1000,
    p99Ms: latency.getValueAtPercentile(99) / 1000,
    slipMs: slip.getValueAtPercentile(99) / 1000,
  }
}

/** Resolves to the answer's text. */
export function ask({ url, method, headers, body }: Asked): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text.slice(0, 200)}`))
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })
}

async function until(dueMs: number): Promise<void> {
  for (let restMs = dueMs - nowMs(); restMs > 0; restMs = dueMs - nowMs()) {
    if (restMs > 2) await waitMs(restMs - 1.5)
    else await new Promise((resolve) => setImmediate(resolve))
  }
}
