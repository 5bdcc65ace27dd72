// A receiver of webhooks on this machine: keeps what it is sent, and answers as it is told to.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import * as v from 'valibot'
import { WebhookDelivery } from '../../protocol/api/webhooks.ts'

export interface Received {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly delivery: WebhookDelivery
}

export type AnswerDelivery = (response: ServerResponse, received: Received) => void

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** How it answers from now on; 204 until then. */
  answer: AnswerDelivery
  /** The first, past or to come, that is wanted. */
  until(wants: (received: Received) => boolean): Promise<Received>
  close(): Promise<void>
}

export const says =
  (status: number, headers: Record<string, string> = {}): AnswerDelivery =>
  (response) =>
    response.writeHead(status, headers).end()

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let waiting: { wants: (one: Received) => boolean; take: (one: Received) => void }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const id = String(request.headers['webhook-id'])
    const { headers } = request
    const one = { id, headers, text, delivery: v.parse(WebhookDelivery, JSON.parse(text)) }
    received.push(one)
    receiver.answer(response, one)
    for (const { wants, take } of waiting) if (wants(one)) take(one)
    waiting = waiting.filter(({ wants }) => !wants(one))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: says(204),
    until: (wants) => {
      const found = received.find(wants)
      return found ? Promise.resolve(found) : new Promise((take) => waiting.push({ wants, take }))
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

/** What the messages say that were taken, in the order of their coming. */
export function bodiesOf({ received }: Receiver): string[] {
  return received
    .flatMap(({ delivery }) => (delivery.type === 'changes' ? (delivery.messages ?? []) : []))
    .filter(({ kind }) => kind !== 'notice')
    .map(({ body = '' }) => body)
}
