// The HTTP calls: what is sent, and what every kind of answer becomes.

import { describe, expect, it } from 'vitest'
import { roomId, seq } from '../../test/support/ids.ts'
import { Api, type TokenSource } from './api.ts'

const card = {
  ...{ id: roomId(1), name: 'Tea', topic: '', visibility: 'public', memberCount: 1 },
  role: 'owner',
}

function apiOf(token: TokenSource, ...answers: (Response | Error)[]) {
  const calls: { url: string; init: RequestInit }[] = []
  const fetch = async (url: string, init: RequestInit) => {
    calls.push({ url, init })
    const answer = answers[calls.length - 1]
    if (!answer || answer instanceof Error) throw answer ?? new Error('one call too many')
    return answer
  }
  return { api: new Api({ token, fetch, origin: 'http://chat.example' }), calls }
}

const problem = (status: number, more: object) =>
  Response.json({ type: 'about:blank', title: '', status, detail: 'Because.', ...more }, { status })

const tokens = (): TokenSource => async (refused) => (refused ? 'new' : 'old')

describe('a call', () => {
  it('carries the token and the query, and leaves out what is not given', async () => {
    const page = Response.json({ rooms: [], next: null })
    const { api, calls } = apiOf(tokens(), page)
    await api.directory({ query: 'a b', cursor: null, limit: 10 })
    expect(calls[0]?.url).toBe('http://chat.example/api/v1/rooms?query=a+b&limit=10')
    expect(calls[0]?.init.headers).toMatchObject({ authorization: 'Bearer old' })
  })

  it('[API2] that changes anything is JSON, even with nothing to say', async () => {
    const { api, calls } = apiOf(tokens(), Response.json(card))
    await api.join(roomId(1))
    expect(calls[0]?.init).toMatchObject({ method: 'POST', body: '{}' })
    expect(calls[0]?.init.headers).toMatchObject({ 'content-type': 'application/json' })
  })

  it('goes without a token when nobody is signed in', async () => {
    const { api, calls } = apiOf(async () => null, Response.json(card))
    await api.room(roomId(1))
    expect(calls[0]?.init.headers).not.toHaveProperty('authorization')
  })

  it('is repeated once with a new token', async () => {
    const refused = problem(401, { code: 'unauthenticated' })
    const { api, calls } = apiOf(tokens(), refused, Response.json(card))
    expect(await api.room(roomId(1))).toEqual(card)
    expect(calls[1]?.init.headers).toMatchObject({ authorization: 'Bearer new' })
  })

  it('[S12 D-49] that renews is repeated once, at once, where no answer came', async () => {
    const lost = new Error('no network')
    const expired = problem(401, { code: 'unauthenticated' })
    const { api, calls } = apiOf(tokens(), lost, expired)
    await expect(api.refresh()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(calls).toHaveLength(2)
    const without = apiOf(tokens(), problem(401, { code: 'unauthenticated' }))
    await expect(without.api.refresh()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(without.calls).toHaveLength(1)
  })

  it('is not repeated twice', async () => {
    const refused = () => problem(401, { code: 'unauthenticated' })
    const { api, calls } = apiOf(tokens(), refused(), refused())
    await expect(api.room(roomId(1))).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(calls).toHaveLength(2)
  })
})

describe('an answer', () => {
  it('that is a problem becomes a Failure with its code, fields and wait', async () => {
    const errors = [{ path: 'email', message: 'must be an e-mail address' }]
    const taken = problem(409, { code: 'emailTaken', errors, retryAfterMs: 5 })
    const { api } = apiOf(tokens(), taken)
    const failed = api.register({ email: 'a@b.example', username: 'ana', password: 'long enough' })
    const expected = { name: 'Failure', code: 'emailTaken', message: 'Because.', errors }
    await expect(failed).rejects.toMatchObject({ ...expected, retryAfterMs: 5 })
  })

  it.each([
    [502, 'unavailable'],
    [429, 'rateLimited'],
    [401, 'unauthenticated'],
    [404, 'notFound'],
  ])('of a proxy with status %i is %s', async (status, code) => {
    const { api } = apiOf(async () => null, new Response('<html>', { status }))
    await expect(api.room(roomId(1))).rejects.toMatchObject({ code })
  })

  it('that never comes is unavailable', async () => {
    const { api } = apiOf(tokens(), new TypeError('fetch failed'))
    await expect(api.room(roomId(1))).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('that breaks off is unavailable', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('cut')) })
    const { api } = apiOf(tokens(), new Response(body))
    await expect(api.room(roomId(1))).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('of another shape is a fault of the server, not a value', async () => {
    const { api } = apiOf(tokens(), Response.json({ id: 7 }))
    await expect(api.history(roomId(1), { before: seq(9) })).rejects.toMatchObject({
      code: 'internal',
    })
  })
})
