// What is written down about bots: each deed once.

import type { AuditRecord } from '../../protocol/api/admin.ts'
import type { NewBot } from '../../protocol/api/bots.ts'
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

export function deedsOfBots({ ask, me }: { ask: Ask; me: () => Promise<SignedInPerson> }) {
  const owner = async () => {
    const ann = await me()
    return { ann, roomId: await roomOf({ ...ann, name: '' }) }
  }
  return {
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
