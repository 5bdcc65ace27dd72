// Who may do what in a room over HTTP: every route, every kind of caller, a public and a private room.

import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NewBot } from '../../protocol/api/bots.ts'
import type { RoomId, UserId } from '../../protocol/ids.ts'
import { BotRight } from '../../protocol/permissions.ts'
import { type Http, httpTo } from '../../test/support/http.ts'
import {
  type Parley,
  type Person,
  signUp,
  startParley,
  wideLimits,
} from '../../test/support/parley.ts'
import { create } from '../../test/support/rooms-http.ts'
import { app } from '../app.ts'

/** In the order of asking: whoever may do most comes last. */
const kinds = [
  ...['nobody', 'stranger', 'removed', 'banned', 'foreignBot'],
  ...['muted', 'bot', 'mightyBot', 'member', 'moderator', 'owner'],
] as const
type Kind = (typeof kinds)[number]

const outside: readonly Kind[] = ['nobody', 'stranger', 'removed', 'banned']
const inside: readonly Kind[] = ['muted', 'member', 'moderator', 'owner']
/** Made to read and to send, and for all that a bot can be made for. */
const plainAndMighty: readonly Kind[] = ['bot', 'mightyBot']
const mighty: readonly Kind[] = ['mightyBot']
const none: readonly Kind[] = []
const above: readonly Kind[] = ['moderator', 'owner']

interface Row {
  readonly may: readonly Kind[]
  readonly body?: () => object
  /** Whom or what it asks about is gone or changed by it: it has a room of its own. */
  readonly spoils?: true
  /** What the address names is not of this room: whoever may is told so. */
  readonly gone?: true
  /** Which bots may; absent where no bot is anybody. */
  readonly bots?: readonly Kind[]
  /** Instead of the common answers below. */
  readonly but?: Partial<Record<Kind, string>>
  /** What whoever is outside a public room is answered, where it is not forbidden them. */
  readonly outside?: string
}

interface Scene {
  readonly room: RoomId
  /** Somebody in it, who asks nothing. */
  readonly target: UserId
  readonly botTokens: Readonly<Record<string, string>>
  readonly bots: readonly UserId[]
}

const sent = () => ({ id: uuidv7(), body: 'Hi' })
const muted = { muted: '403 muted' }

/** Routes under one room. A route without a row fails. */
const rows: Record<string, Row> = {
  'GET /rooms/:roomId': { may: inside, outside: 'ok', bots: plainAndMighty },
  'PATCH /rooms/:roomId': { may: above, body: () => ({ settings: { slowModeSeconds: 0 } }) },
  'DELETE /rooms/:roomId': { may: ['owner'], spoils: true },
  'POST /rooms/:roomId/join': {
    ...{ may: inside, outside: 'ok', but: { banned: '403 banned' }, spoils: true },
  },
  'POST /rooms/:roomId/leave': {
    ...{ may: ['muted', 'member', 'moderator'], but: { owner: '409 ownerLeaves' } },
    ...{ outside: 'ok', spoils: true },
  },
  'GET /rooms/:roomId/bans': { may: above, bots: mighty },
  'PUT /rooms/:roomId/bans/:userId': { may: above, bots: mighty, spoils: true },
  'DELETE /rooms/:roomId/bans/:userId': { may: above, bots: mighty },
  'GET /rooms/:roomId/bots': { may: ['owner'] },
  'POST /rooms/:roomId/bots': { may: ['owner'], body: () => ({ name: 'B', rights: ['read'] }) },
  'DELETE /rooms/:roomId/bots/:botId': { may: ['owner'], gone: true },
  'GET /rooms/:roomId/export': { may: ['owner'] },
  'GET /rooms/:roomId/invites': { may: above },
  'POST /rooms/:roomId/invites': { may: above, body: () => ({}) },
  'GET /rooms/:roomId/members': { may: inside, bots: mighty },
  'PUT /rooms/:roomId/members/:userId': {
    ...{ may: ['owner'], body: () => ({ role: 'member' }), bots: none },
  },
  'DELETE /rooms/:roomId/members/:userId': { may: above, bots: mighty, spoils: true },
  'GET /rooms/:roomId/messages': { may: inside, bots: plainAndMighty },
  'POST /rooms/:roomId/messages': { may: inside, body: sent, but: muted, bots: plainAndMighty },
  // Of what the owner wrote: nobody else edits it, and who is no moderator does not delete it.
  'PATCH /rooms/:roomId/messages/:seq': {
    ...{ may: ['owner'], body: () => ({ body: 'Ho' }), but: muted, bots: none },
  },
  'DELETE /rooms/:roomId/messages/:seq': { may: above, bots: mighty, spoils: true },
  'PUT /rooms/:roomId/messages/:seq/reactions/:emoji': { may: inside, but: muted, bots: mighty },
  'DELETE /rooms/:roomId/messages/:seq/reactions/:emoji': { may: inside, but: muted, bots: mighty },
  'PUT /rooms/:roomId/read': { may: inside, body: () => ({ seq: 1 }), bots: mighty },
  'GET /rooms/:roomId/search': { may: inside, bots: plainAndMighty },
  'GET /rooms/:roomId/socket': { may: [] },
  'GET /rooms/:roomId/webhooks': { may: ['owner'] },
  'POST /rooms/:roomId/webhooks': { may: ['owner'], body: () => ({ url: 'http://127.0.0.1:9' }) },
  'PATCH /rooms/:roomId/webhooks/:webhookId': { may: ['owner'], gone: true, body: () => ({}) },
  'DELETE /rooms/:roomId/webhooks/:webhookId': { may: ['owner'], gone: true },
  'POST /rooms/:roomId/webhooks/:webhookId/secret': { may: ['owner'], gone: true },
  'POST /rooms/:roomId/webhooks/:webhookId/test': { may: ['owner'], gone: true },
}

/** What is of no room, or is tested by who runs Parley: admin.test.ts, auth.test.ts and others. */
const elsewhere = [
  /^\w+ \/(auth|users|admin|health|metrics|ready|openapi\.json)\b/,
  /^(GET|POST) \/rooms$/,
  /^GET \/(rooms\/mine|search)$/,
  /^GET \/deletions\/:code$/, // By who has the code: deletions.test.ts.
  /^\w+ \/invites\/:code/, // By who has the code: invites.test.ts.
]

const routes = [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/'))
      .map(({ method, path }) => `${method} ${path.slice('/api/v1'.length).replace(/\/$/, '')}`),
  ),
].filter((route) => !elsewhere.some((pattern) => pattern.test(route)))

const isBot = (kind: string) => /bot$/i.test(kind)

it('every route of a room has its row, and every row its route', () => {
  expect([...routes].sort()).toEqual(Object.keys(rows).sort())
})

describe('over HTTP', () => {
  let parley: Parley
  let http: Http
  let foreign: NewBot
  const people = new Map<string, Person>()
  const person = (name: string) => people.get(name) as Person

  beforeAll(async () => {
    parley = await startParley({ vars: wideLimits })
    http = httpTo(parley)
    for (const name of [...kinds, 'target']) {
      if (!isBot(name) && name !== 'nobody') people.set(name, await signUp(parley, name))
    }
    foreign = await botOf((await create(person('owner'))).id, BotRight.options)
  })

  afterAll(() => parley.stop())

  const botOf = async (room: RoomId, rights: readonly BotRight[]) => {
    const asked = { name: 'Robot', rights }
    return (await person('owner').ask<NewBot>('POST', `/rooms/${room}/bots`, asked)).body
  }

  /** With bots of another, where bots are nobody anyway. */
  async function sceneIn(visibility: 'public' | 'private', lent?: Scene): Promise<Scene> {
    const owner = person('owner')
    const { id: room } = await create(owner, { visibility })
    await owner.ask('POST', `/rooms/${room}/messages`, sent())
    const { body } = await owner.ask<{ code: string }>('POST', `/rooms/${room}/invites`, {})
    for (const name of ['removed', 'banned', 'muted', 'member', 'moderator', 'target']) {
      await person(name).ask('POST', `/invites/${body.code}/accept`)
    }
    const member = (name: string) => `/rooms/${room}/members/${person(name).id}`
    await owner.ask('PUT', member('moderator'), { role: 'moderator' })
    await owner.ask('PUT', member('muted'), {
      mutedUntil: new Date(Date.now() + 86_400_000).toISOString(),
    })
    await owner.ask('DELETE', member('removed'))
    await owner.ask('PUT', `/rooms/${room}/bans/${person('banned').id}`)
    const target = person('target').id
    if (lent) return { room, target, botTokens: lent.botTokens, bots: [] }
    const bot = await botOf(room, ['read', 'send'])
    const mightyBot = await botOf(room, BotRight.options)
    const tokens = { foreignBot: foreign, bot, mightyBot }
    const botTokens = Object.fromEntries(
      Object.entries(tokens).map(([kind, { token }]) => [kind, token]),
    )
    return { room, target, botTokens, bots: [bot.id, mightyBot.id] }
  }

  /** One person may have so many, and every scene brings its own. */
  async function endBotsOf({ room, bots }: Scene): Promise<void> {
    for (const id of bots) await person('owner').ask('DELETE', `/rooms/${room}/bots/${id}`)
  }

  async function outcomeOf(route: string, kind: Kind, scene: Scene) {
    const [method = '', pattern = ''] = route.split(' ')
    const path = pattern
      .replace(':roomId', scene.room)
      .replace(':userId', scene.target)
      .replace(/:(botId|webhookId)/, foreign.id)
      .replace(':seq', '1')
      .replace(':emoji', encodeURIComponent('👍'))
    const token = scene.botTokens[kind] ?? people.get(kind)?.token
    const body = rows[route]?.body?.()
    const query = pattern.endsWith('/search') ? '?query=hi' : ''
    const response = await fetch(`${parley.url}/api/v1${path}${query}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.ok) return { said: 'ok', text: '' }
    return { said: `${response.status} ${JSON.parse(text).code}`, text }
  }

  const isOpenToNobody = (route: string) =>
    /^GET \/rooms\/:roomId(\/members|\/messages)?$/.test(route)

  function expected(route: string, kind: Kind, visibility: 'public' | 'private'): string {
    const row = rows[route]
    if (!row) throw new Error(`No row for ${route}`)
    if (route.endsWith('/socket')) return '426 upgradeRequired'
    if (isBot(kind)) return expectedOfBot(row, kind)
    if (row.gone && kind === 'owner') return '404 notFound'
    const isOutside = outside.includes(kind)
    if (kind === 'nobody' && !isOpenToNobody(route)) return '401 unauthenticated'
    if (isOutside && visibility === 'private') {
      // Whoever was in knows of it, and may have lost the answer.
      return route.endsWith('/leave') && kind !== 'stranger' ? 'ok' : '404 notFound'
    }
    if (row.but?.[kind]) return row.but[kind]
    if (row.may.includes(kind)) return 'ok'
    if (kind === 'nobody' && !row.outside) return '401 unauthenticated'
    return isOutside ? (row.outside ?? '403 forbidden') : '403 forbidden'
  }

  /** Where no bot may be, its token is none; and outside its rooms there is nothing for it. */
  function expectedOfBot({ bots }: Row, kind: Kind): string {
    if (!bots) return '401 unauthenticated'
    if (kind === 'foreignBot') return '404 notFound'
    return bots.includes(kind) ? 'ok' : '403 forbidden'
  }

  it.each(['public', 'private'] as const)(
    '[S8 D-33] %s: each may what its row says',
    async (visibility) => {
      const shown = await sceneIn(visibility)
      const nowhere = (await http('GET', `/rooms/${uuidv7()}`)).text
      const found: string[] = []
      const due: string[] = []
      for (const route of Object.keys(rows)) {
        const lent = rows[route]?.bots ? undefined : shown
        const scene = rows[route]?.spoils ? await sceneIn(visibility, lent) : shown
        for (const kind of kinds) {
          const { said, text } = await outcomeOf(route, kind, scene)
          // Whoever may not know of a room is told what they are told of none. [V-9]
          const isTold = said.startsWith('404') && text !== nowhere
          found.push(`${kind}: ${route}: ${said}${isTold ? `, but ${text}` : ''}`)
          due.push(`${kind}: ${route}: ${expected(route, kind, visibility)}`)
        }
        if (scene !== shown) await endBotsOf(scene)
      }
      expect(found).toEqual(due)
    },
  )
})
