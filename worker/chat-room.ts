// The room object with what only the Worker knows: how a token is verified, and a receiver called.

import { ChatRoom as DurableRoom } from '../durable/chat-room.ts'
import type { Post } from '../durable/deliveries.ts'
import type { Caller } from '../durable/session.ts'
import { verifyAccessToken } from './domain/access-tokens.ts'
import { verifyBotToken } from './domain/bot-tokens.ts'
import { configOf } from './env.ts'
import { callReceiver } from './receivers.ts'

export class ChatRoom extends DurableRoom {
  protected override call(...call: Parameters<Post>): ReturnType<Post> {
    return callReceiver(...call)
  }

  protected override async identify(token: string): Promise<Caller | null> {
    const { keyring } = configOf(this.env)
    const now = new Date()
    const caller =
      (await verifyAccessToken(keyring, token, now)) ?? (await verifyBotToken(keyring, token, now))
    if (!caller) return null
    const { userId, sessionId, expiresAt } = caller
    return { userId, sessionId, expiresAt: expiresAt.getTime() }
  }
}
