// Limits that a schema keeps: one less passes, the limit passes, one more does not. [R19]

import * as v from 'valibot'
import { expect, it } from 'vitest'
import { messageId } from '../test/support/ids.ts'
import { accessTokenSeconds, phoneCharactersMax, refreshTokenSeconds } from './account-limits.ts'
import { Phone } from './api/accounts.ts'
import { SearchQuery } from './api/messages.ts'
import { RoomSettings } from './changes.ts'
import { decodeCommand } from './frames.ts'
import {
  accessTokenCharactersMax,
  archiveWaitMs,
  bodyBytesMax,
  databaseDeadlineMs,
  editWindowSecondsMax,
  emojiUnitsMax,
  frameBytesMax,
  mentionsMax,
  pingEveryMs,
  pongWithinMs,
  queryCharactersMax,
  roomCommandsPerSecond,
  silenceSweepMs,
  silentAfterMs,
  slowModeSecondsMax,
  socketsPerRoomMax,
  storageBytesMax,
  storageWarnBytes,
} from './limits.ts'
import { Emoji } from './text.ts'

const settings = { slowModeSeconds: 0, editWindowSeconds: null, invitesBy: 'member' }
const around = (limit: number) => [limit - 1, limit, limit + 1]
const accepted = (command: object) => decodeCommand(JSON.stringify(command)) !== null
const user = (n: number) => messageId(n)

it.each([
  ['slow mode', slowModeSecondsMax, (n: number) => ({ ...settings, slowModeSeconds: n })],
  ['an edit window', editWindowSecondsMax, (n: number) => ({ ...settings, editWindowSeconds: n })],
])('[LIM2 R19] %s is bounded', (_, limit, made) => {
  const fits = around(limit).map((n) => v.is(RoomSettings, made(n)))
  expect(fits).toEqual([true, true, false])
  expect([-1, 0.5].map((n) => v.is(RoomSettings, made(n)))).toEqual([false, false])
})

it('[SOK12 R19] a token is no longer than tokens are', () => {
  const fits = around(accessTokenCharactersMax).map((n) =>
    accepted({ type: 'auth', ref: 1, token: 'x'.repeat(n) }),
  )
  expect(fits).toEqual([true, true, false])
})

it('[SND5 R19] a message mentions so many people', () => {
  const fits = around(mentionsMax).map((n) => {
    const mentions = Array.from({ length: n }, (_, index) => user(index))
    return accepted({ type: 'send', ref: 1, id: messageId(1), body: 'Hi', mentions })
  })
  expect(fits).toEqual([true, true, false])
})

it('[SND7 R19] a reaction is one emoji, as Unicode spells it', () => {
  const one = ['👍', '👍🏽', '❤️', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇩🇪', '1️⃣', '👩🏽‍❤️‍💋‍👨🏿']
  expect(one.filter((emoji) => !v.is(Emoji, emoji))).toEqual([])
  expect(Math.max(...one.map(({ length }) => length))).toBeLessThanOrEqual(emojiUnitsMax)
  const other = ['', 'a', '❤', '👍👍', '👍 ', ':+1:', '1', '#', '\u200d', '🇩', '__proto__']
  expect(other.filter((emoji) => v.is(Emoji, emoji))).toEqual([])
  expect(v.is(Emoji, '👍'.repeat(emojiUnitsMax))).toBe(false)
})

it('[LIM1 R19] a telephone number and a search have their lengths', () => {
  const phones = around(phoneCharactersMax).map((n) => v.is(Phone, `+${'1'.repeat(n - 1)}`))
  expect(phones).toEqual([true, true, false])
  const queries = around(queryCharactersMax).map((n) => v.is(SearchQuery, { query: 'x'.repeat(n) }))
  expect(queries).toEqual([true, true, false])
})

it('[R19] every bound lies within the platform’s own', () => {
  expect(storageWarnBytes).toBeLessThan(storageBytesMax)
  expect(storageBytesMax).toBeLessThan(10_000_000_000)
  expect(socketsPerRoomMax).toBeLessThan(32_768)
  expect(roomCommandsPerSecond).toBeLessThanOrEqual(1_000)
  expect(frameBytesMax).toBeLessThan(1024 * 1024)
  expect(bodyBytesMax * 4).toBeLessThanOrEqual(frameBytesMax)
  expect(accessTokenSeconds).toBeLessThan(refreshTokenSeconds)
  expect(silentAfterMs).toBeLessThan(silenceSweepMs)
  expect(silenceSweepMs).toBeLessThanOrEqual(90_000)
  expect(pongWithinMs).toBeLessThan(pingEveryMs)
  expect(archiveWaitMs).toBeLessThan(databaseDeadlineMs)
})
