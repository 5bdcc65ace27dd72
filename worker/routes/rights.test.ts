// Who may do what in a room over HTTP: every route, every kind of caller, a public and a private room.

import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RoomId, UserId } from '../../protocol/ids.ts'
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
  ...['nobody', 'stranger', 'removed', 'banned'],
  ...['muted', 'member', 'moderator', 'owner'],
] as const
type Kind = (typeof kinds)[number]

const outside: readonly Kind[] = ['nobody', 'stranger', 'removed', 'banned']
const inside: readonly Kind[] = ['muted', 'member', 'moderator', 'owner']
const above: readonly Kind[] = ['moderator', 'owner']

interface Row {
  readonly may: readonly Kind[]
  readonly body?: () => object
  /** Instead of the common answers below. */
  readonly but?: Partial<Record<Kind, string>>
  /** What whoever is outside a public room is answered, where it is not forbidden them. */
  readonly outside?: string
}

interface Scene {
  readonly room: RoomId
  /** Somebody in it, who asks nothing. */
  readonly target: UserId
}

const sent = () => ({ id: uuidv7(), body: 'Hi' })
const muted = { muted: '403 muted' }

/** Routes under one room. A route without a row fails. */
const rows: Record<string, Row> = {
  'GET /rooms/:roomId': { may: inside, outside: 'ok' },
  'PATCH /rooms/:roomId': { may: above, body: () => ({ settings: { slowModeSeconds: 0 } }) },
  'DELETE /rooms/:roomId': { may: ['owner'] },
  'POST /rooms/:roomId/join': { may: inside, outside: 'ok', but: { banned: '403 banned' } },
  'POST /rooms/:roomId/leave': {
    ...{ may: ['muted', 'member', 'moderator'], but: { owner: '409 ownerLeaves' }, outside: 'ok' },
  },
  'GET /rooms/:roomId/bans': { may: above },
  'PUT /rooms/:roomId/bans/:userId': { may: above },
  'DELETE /rooms/:roomId/bans/:userId': { may: above },
  'GET /rooms/:roomId/export': { may: ['owner'] },
  'GET /rooms/:roomId/invites': { may: above },
  'POST /rooms/:roomId/invites': { may: above, body: () => ({}) },
  'GET /rooms/:roomId/members': { may: inside },
  'PUT /rooms/:roomId/members/:userId': { may: ['owner'], body: () => ({ role: 'member' }) },
  'DELETE /rooms/:roomId/members/:userId': { may: above },
  'GET /rooms/:roomId/messages': { may: inside },
  'POST /rooms/:roomId/messages': { may: inside, body: sent, but: muted },
  // Of what the owner wrote: nobody else edits it, and who is no moderator does not delete it.
  'PATCH /rooms/:roomId/messages/:seq': {
    ...{ may: ['owner'], body: () => ({ body: 'Ho' }), but: muted },
  },
  'DELETE /rooms/:roomId/messages/:seq': { may: above },
  'PUT /rooms/:roomId/messages/:seq/reactions/:emoji': { may: inside, but: muted },
  'DELETE /rooms/:roomId/messages/:seq/reactions/:emoji': { may: inside, but: muted },
  'PUT /rooms/:roomId/read': { may: inside, body: () => ({ seq: 1 }) },
  'GET /rooms/:roomId/search': { may: inside },
  'GET /rooms/:roomId/socket': { may: [] },
}

/** What is of no room, or is tested by who runs Parley: admin.test.ts, auth.test.ts and others. */
const elsewhere = [
  /^\w+ \/(auth|users|admin|health|ready|openapi\.json)\b/,
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

it('every route of a room has its row, and every row its route', () => {
  expect([...routes].sort()).toEqual(Object.keys(rows).sort())
})

describe('over HTTP', () => {
  let parley: Parley
  let http: Http
  const people = new Map<string, Person>()
  const person = (name: string) => people.get(name) as Person

  beforeAll(async () => {
    parley = await startParley({ vars: wideLimits })
    http = httpTo(parley)
    for (const name of [...kinds, 'target']) {
      if (name !== 'nobody') people.set(name, await signUp(parley, name))
    }
  })

  afterAll(() => parley.stop())

  async function sceneIn(visibility: 'public' | 'private'): Promise<Scene> {
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
    return { room, target: person('target').id }
  }

  async function outcomeOf(route: string, kind: Kind, scene: Scene) {
    const [method = '', pattern = ''] = route.split(' ')
    const path = pattern
      .replace(':roomId', scene.room)
      .replace(':userId', scene.target)
      .replace(':seq', '1')
      .replace(':emoji', encodeURIComponent('👍'))
    const token = people.get(kind)?.token
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

  it.each(['public', 'private'] as const)('%s: each may what its row says', async (visibility) => {
    const shown = await sceneIn(visibility)
    const nowhere = (await http('GET', `/rooms/${uuidv7()}`)).text
    const found: string[] = []
    const due: string[] = []
    for (const route of Object.keys(rows)) {
      const scene = route.startsWith('GET') ? shown : await sceneIn(visibility)
      for (const kind of kinds) {
        const { said, text } = await outcomeOf(route, kind, scene)
        // Whoever may not know of a room is told what they are told of none. [V-9]
        const isTold = said.startsWith('404') && text !== nowhere
        found.push(`${kind}: ${route}: ${said}${isTold ? `, but ${text}` : ''}`)
        due.push(`${kind}: ${route}: ${expected(route, kind, visibility)}`)
      }
    }
    expect(found).toEqual(due)
  })
})
