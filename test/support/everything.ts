// A day in which everything that the API documents happens, with success: what each deed needs was made
// by one before it.

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { SignedIn } from '../../protocol/api/accounts.ts'
import type { NewBot } from '../../protocol/api/bots.ts'
import type { DeletionBegun } from '../../protocol/api/deletions.ts'
import type { Invite } from '../../protocol/api/invites.ts'
import type { Posted } from '../../protocol/api/messages.ts'
import type { SignIns } from '../../protocol/api/sign-ins.ts'
import type { NewWebhook } from '../../protocol/api/webhooks.ts'
import { password, stranger } from './accounts.ts'
import { unique } from './rooms-http.ts'

export interface Deed {
  readonly values?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly query?: string
  readonly type?: string
}

/** Does the operation of this name, by this token, and resolves to its answer; fails where it fails. */
export type Do = <Answer = unknown>(name: string, token?: string, deed?: Deed) => Promise<Answer>

export interface Somebody {
  readonly id: string
  readonly username: string
  readonly token: string
}

export async function somebody(act: Do): Promise<Somebody> {
  const asked = { ...stranger(), transport: 'body' }
  const { user, accessToken: token } = await act<SignedIn>('register', undefined, { body: asked })
  return { id: user.id, username: user.username, token }
}

export async function accountDeeds(act: Do): Promise<void> {
  const ann = await somebody(act)
  const logIn = (shown: string) =>
    act<SignedIn>('logIn', undefined, {
      body: { login: ann.username, password: shown, transport: 'body' },
    })
  const { refreshToken } = await logIn(password)
  const { accessToken: token } = await act<SignedIn>('refresh', undefined, {
    body: { refreshToken },
  })
  await act('validate', undefined, { body: { token, live: true } })
  await act('getMe', token)
  await act('changeMe', token, { body: { bio: 'Keeps bees.' } })
  await act('searchUsers', token, { query: `?query=${ann.username}` })
  await act('getUser', token, { values: { userId: ann.id } })
  await act('listRoomsOfUser', token, { values: { userId: ann.id } })
  const next = `another ${password}`
  await act('changePassword', token, { body: { current: password, next } })
  await logIn(next)
  const { sessions } = await act<SignIns>('listSignIns', token)
  const other = sessions.find(({ current }) => !current)?.id ?? ''
  await act('endSignIn', token, { values: { sessionId: other } })
  await act('exportMe', token)
  await act('logOut', (await logIn(next)).accessToken, { body: {} })
  const gone = { password: next, messages: 'erase' }
  const { code } = await act<DeletionBegun>('deleteMe', token, { body: gone })
  await act('getDeletion', undefined, { values: { code } })
}

export async function roomDeeds(act: Do): Promise<void> {
  const [{ token }, bo] = [await somebody(act), await somebody(act)]
  const body = { name: unique('Room'), visibility: 'public' }
  const { id: roomId } = await act<{ id: string }>('createRoom', token, { body })
  const values = { roomId }
  await act('listRooms')
  await act('listMyRooms', token)
  await act('getRoom', undefined, { values })
  await act('changeRoom', token, { values, body: { topic: 'Tea' } })
  await act('joinRoom', bo.token, { values })
  await act('leaveRoom', bo.token, { values })
  const { code } = await act<Invite>('makeInvite', token, { values, body: {} })
  await act('listInvites', token, { values })
  await act('previewInvite', undefined, { values: { code } })
  await act('acceptInvite', bo.token, { values: { code } })
  await act('revokeInvite', token, { values: { code } })
  const ofBo = { ...values, userId: bo.id }
  await act('listMembers', token, { values })
  await act('changeMember', token, { values: ofBo, body: { role: 'moderator' } })
  await act('removeMember', token, { values: ofBo })
  await act('ban', token, { values: ofBo })
  await act('listBans', token, { values })
  await act('unban', token, { values: ofBo })
  await messageDeeds(act, token, roomId)
  await act('deleteRoom', token, { values })
}

async function messageDeeds(act: Do, token: string, roomId: string): Promise<void> {
  const said = { id: uuidv7(), body: 'Hello' }
  const { seq } = await act<Posted>('postMessage', token, { values: { roomId }, body: said })
  const values = { roomId, seq: String(seq), emoji: '👍' }
  await act('listMessages', token, { values })
  await act('editMessage', token, { values, body: { body: 'Hello, everybody' } })
  await act('react', token, { values })
  await act('unreact', token, { values })
  await act('markRead', token, { values, body: { seq } })
  await act('searchRoom', token, { values, query: '?query=hello' })
  await act('search', token, { query: '?query=hello' })
  await act('openSocket', token, { values })
  await act('deleteMessage', token, { values })
  await act('exportRoom', token, { values })
}

/** `url` takes what it is sent. */
export async function machineDeeds(act: Do, url: string): Promise<void> {
  const { token } = await somebody(act)
  const body = { name: unique('Room'), visibility: 'private' }
  const { id: roomId } = await act<{ id: string }>('createRoom', token, { body })
  const values = { roomId }
  const robot = { name: 'Robot', rights: ['read'] }
  const bot = await act<NewBot>('makeBot', token, { values, body: robot })
  await act('listBots', token, { values })
  await act('signInBot', bot.token)
  await act('revokeBot', token, { values: { roomId, botId: bot.id } })
  const hook = await act<NewWebhook>('makeWebhook', token, { values, body: { url } })
  const ofHook = { roomId, webhookId: hook.id }
  await act('listWebhooks', token, { values })
  await act('changeWebhook', token, { values: ofHook, body: { events: ['messages'] } })
  await act('renewWebhookSecret', token, { values: ofHook })
  await act('testWebhook', token, { values: ofHook })
  await act('removeWebhook', token, { values: ofHook })
}

/** By somebody who runs Parley. */
export async function adminDeeds(act: Do, token: string): Promise<void> {
  const [ann, bo] = [await somebody(act), await somebody(act)]
  const body = { name: unique('Room'), visibility: 'private' }
  const { id: roomId } = await act<{ id: string }>('createRoom', ann.token, { body })
  const values = { roomId }
  const lines = await act<string>('exportRoom', ann.token, { values })
  const type = 'application/x-ndjson'
  await act('restoreRoom', token, { values, body: lines, type })
  await act('renewEpoch', token, { values })
  for (const name of ['listAudit', 'listAllRooms', 'listMirrors']) await act(name, token)
  const ofBo = { userId: bo.id }
  await act('listSignInsOfUser', token, { values: ofBo })
  await act('changeUser', token, { values: ofBo, body: { displayName: randomName() } })
  await act('endSignInsOfUser', token, { values: ofBo })
  await act('deleteUser', token, { values: ofBo, body: { messages: 'keep' } })
}

export async function serviceDeeds(act: Do, operatorToken: string): Promise<void> {
  for (const name of ['health', 'ready', 'describe']) await act(name)
  await act('metrics', operatorToken)
}

const randomName = () => `Bo ${randomBytes(4).toString('hex')}`
