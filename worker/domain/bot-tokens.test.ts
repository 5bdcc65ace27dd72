import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { newRoomId, newSessionId, newUserId } from '../../test/support/ids.ts'
import { type Caller, signAccessToken, verifyAccessToken } from './access-tokens.ts'
import {
  botCaller,
  hashOfBotToken,
  newBotToken,
  signBotToken,
  verifyBotToken,
} from './bot-tokens.ts'
import type { Keyring } from './keyring.ts'

const key = (kid: string) => ({ kid, secret: crypto.getRandomValues(new Uint8Array(32)) })
const keyring: Keyring = [key('one'), key('two')]
const now = new Date('2026-11-24T00:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
const facts = { id: newUserId(), name: 'Robot', rooms: [newRoomId()] }

describe('an access token of a bot', () => {
  it('[AUT1] names the bot and its rooms, in its time, by any of our keys', async () => {
    const caller = botCaller(facts, later(900))
    const token = await signBotToken(keyring, caller, now)
    const [one, two] = keyring
    expect(await verifyBotToken([two!, one], token, now)).toEqual(caller)
    expect(await verifyBotToken([two!], token, now)).toBeNull()
    expect(await verifyBotToken(keyring, token, later(901))).toBeNull()
    expect(await verifyBotToken(keyring, `${token}a`, now)).toBeNull()
  })

  it('[S11] is of a kind of its own', async () => {
    const token = await signBotToken(keyring, botCaller(facts, later(900)), now)
    expect(decodeProtectedHeader(token).typ).toBe('bot+jwt')
    expect(await verifyAccessToken(keyring, token, now)).toBeNull()
    const person: Caller = {
      ...{ userId: newUserId(), sessionId: newSessionId(), username: 'ana', name: 'Ana' },
      ...{ role: 'user', expiresAt: later(900) },
    }
    const theirs = await signAccessToken(keyring, person, now)
    expect(await verifyBotToken(keyring, theirs, now)).toBeNull()
  })
})

it('[S11] a bot’s own token has 256 bits, and nothing else has its form', () => {
  const tokens = Array.from({ length: 100 }, newBotToken)
  expect(new Set(tokens).size).toBe(100)
  expect(tokens.every((token) => hashOfBotToken(token)?.length === 43)).toBe(true)
  const [token = ''] = tokens
  const others = ['', 'parley_bot_', `${token}a`, token.slice(1), ` ${token}`, `${token}\n`, '../']
  expect(others.filter((other) => hashOfBotToken(other) !== null)).toEqual([])
})
