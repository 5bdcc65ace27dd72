// A local room with receivers: what each was sent, and how they answer.

import { setImmediate } from 'node:timers/promises'
import type { Asker } from '../../durable/room-calls.ts'
import type { WebhookDelivery, WebhookEvent } from '../../protocol/api/webhooks.ts'
import type { WebhookId } from '../../protocol/ids.ts'
import { newMessageId } from './ids.ts'
import { asker, LocalRoom, owner } from './local-room.ts'

export const olga = asker(owner.id)

interface Sent {
  readonly url: string
  readonly id: string
  readonly signatures: number
  readonly body: WebhookDelivery
  readonly bytes: number
}

/** A room with receivers that answer as `answer` says, and what each was sent. */
export class Hooked extends LocalRoom {
  readonly sent: Sent[] = []
  answer: (sent: Sent) => number | Promise<number> = () => 204

  constructor(options?: ConstructorParameters<typeof LocalRoom>[0]) {
    super(options)
    this.postHook = async (url, headers, text) => {
      const signatures = headers['webhook-signature']?.split(' ').length ?? 0
      const id = headers['webhook-id'] ?? ''
      const one = { url, id, signatures, body: JSON.parse(text), bytes: Buffer.byteLength(text) }
      this.sent.push(one)
      return this.answer(one)
    }
  }

  hook(name = 'a', events: WebhookEvent[] = ['messages', 'members', 'room']): WebhookId {
    const id = newMessageId() as unknown as WebhookId
    const asked = { id, url: `https://${name}.acme.io/`, events, ownHost: 'parley.dev', secret }
    const made = this.open.webhooks.make(olga, asked)
    if (!made.ok) throw new Error(made.refusal.code)
    return id
  }

  rings = 0

  /** Rings whenever something is due within so long, and lets what it began come to an end. */
  async let(ms: number): Promise<void> {
    const end = this.nowMs + ms
    for (;;) {
      const next = Math.max(this.alarmAtMs ?? end, this.nowMs + 1)
      if (next > end) return this.passMs(end - this.nowMs)
      this.passMs(next - this.nowMs)
      this.alarmAtMs = null
      this.rings += 1
      for (const kind of this.open.agenda.due(this.nowMs)) {
        if (kind === 'webhooks') void this.open.deliveries.run()
        else this.open.agenda.settle(kind, null)
      }
      for (let n = 0; n < 4; n += 1) await setImmediate()
      this.open.agenda.rearm()
    }
  }

  get said(): string[] {
    return this.sent.flatMap(({ body }) =>
      body.type === 'changes' ? (body.messages ?? []).map((row) => row.body ?? '') : [],
    )
  }

  /** Without the lines that the room itself writes. */
  get saidByPeople(): string[] {
    return this.said.filter((body) => body !== '')
  }

  view(id: WebhookId) {
    return this.viewBy(olga, id)
  }

  viewBy(owner: Asker, id: WebhookId) {
    const list = this.open.webhooks.list(owner)
    return list.ok ? list.value.find((hook) => hook.id === id) : undefined
  }
}

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
