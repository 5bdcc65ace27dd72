// What is written down about bots and webhooks: each deed once.

import { pausesIn } from '../../database/archive.ts'
import type { Database } from '../../database/client.ts'
import type { AuditRecord } from '../../protocol/api/admin.ts'
import type { NewBot } from '../../protocol/api/bots.ts'
import type { NewWebhook } from '../../protocol/api/webhooks.ts'
import type { SignedInPerson } from './accounts.ts'
import { roomOf } from './parley.ts'

/** What was done, and what of the record is not told by its kind. */
export interface Done {
  readonly requestId: string | null
  readonly record: Partial<AuditRecord>
}

type Ask = (
  method: string,
  path: string,
  more: { readonly token: string; readonly body?: unknown },
) => Promise<{ readonly text: string; readonly requestId: string }>

const asked = { name: 'Robot', rights: ['send'] }

/** Nobody listens there. */
const url = 'http://127.0.0.1:9/hook'

export function deedsOfBots({
  ask,
  me,
  db,
}: {
  ask: Ask
  me: () => Promise<SignedInPerson>
  db: Database
}) {
  const owner = async () => {
    const ann = await me()
    return { ann, roomId: await roomOf({ ...ann, name: '' }) }
  }
  const hooked = async () => {
    const { ann, roomId } = await owner()
    const { body: hook } = await ann.ask<NewWebhook>('POST', `/rooms/${roomId}/webhooks`, { url })
    return { ann, roomId, hook, path: `/rooms/${roomId}/webhooks/${hook.id}` }
  }
  const toHook = async (method: string, more: string, body?: object, detail = {}) => {
    const { ann, roomId, hook, path } = await hooked()
    const { token, id: actorId } = ann
    const { requestId } = await ask(method, `${path}${more}`, { token, body })
    return { requestId, record: { actorId, roomId, detail: { webhookId: hook.id, ...detail } } }
  }
  return {
    webhookMade: async (): Promise<Done> => {
      const { ann, roomId } = await owner()
      const { token, id: actorId } = ann
      const made = await ask('POST', `/rooms/${roomId}/webhooks`, { token, body: { url } })
      const detail = { webhookId: JSON.parse(made.text).id, host: '127.0.0.1:9' }
      return { requestId: made.requestId, record: { actorId, roomId, detail } }
    },
    webhookChanged: () => toHook('PATCH', '', { events: ['room'] }, { fields: ['events'] }),
    webhookRemoved: () => toHook('DELETE', ''),
    webhookSecretRenewed: () => toHook('POST', '/secret'),
    webhookPaused: async (): Promise<Done> => {
      const { roomId, hook } = await hooked()
      await pausesIn(db)(roomId, hook.id, 'failing')
      const detail = { webhookId: hook.id, reason: 'failing' }
      return { requestId: null, record: { roomId, detail } }
    },
    botMade: async (): Promise<Done> => {
      const { ann, roomId } = await owner()
      const { token, id: actorId } = ann
      const { text, requestId } = await ask('POST', `/rooms/${roomId}/bots`, { token, body: asked })
      const detail = { rights: ['send'], rooms: [roomId] }
      return { requestId, record: { actorId, roomId, subjectId: JSON.parse(text).id, detail } }
    },
    botRevoked: async (): Promise<Done> => {
      const { ann, roomId } = await owner()
      const { token, id: actorId } = ann
      const { body: bot } = await ann.ask<NewBot>('POST', `/rooms/${roomId}/bots`, asked)
      const { requestId } = await ask('DELETE', `/rooms/${roomId}/bots/${bot.id}`, { token })
      return { requestId, record: { actorId, roomId, subjectId: bot.id } }
    },
  }
}
