// Somebody builds on the API: a generator that is not ours makes a client of its document, and it works.

import { mkdtemp, rm } from 'node:fs/promises'
import { generate, HttpClient } from 'openapi-typescript-codegen'
import { uuidv7 } from 'uuidv7'
import { afterAll, expect, it } from 'vitest'
import { ownParley } from './support/own-parley.ts'
import { unique } from './support/rooms-http.ts'

const { url, http } = await ownParley()
const output = await mkdtemp(new URL('../build/client-', import.meta.url).pathname)
afterAll(() => rm(output, { recursive: true }))

it('[API1] a generated client signs up, in, makes a room, posts, and reads it back', async () => {
  const { body: document } = await http('GET', '/openapi.json')
  await generate({ input: document, output, httpClient: HttpClient.FETCH })
  const { AuthService, OpenAPI, RoomsService } = await import(`${output}/index.ts`)
  OpenAPI.BASE = url

  const username = `gen${uuidv7().slice(-12)}`
  const email = `${username}@example.com`
  const password = 'correct horse battery'
  await AuthService.register({ email, username, password, transport: 'body' })
  const { accessToken } = await AuthService.logIn({ login: email, password, transport: 'body' })
  OpenAPI.TOKEN = accessToken

  const room = await RoomsService.createRoom({ name: unique('Made'), visibility: 'private' })
  const posted = await RoomsService.postMessage(room.id, {
    id: uuidv7(),
    body: 'Hi from a stranger',
  })
  const { messages } = await RoomsService.listMessages(room.id, undefined, posted.seq - 1)
  expect(messages.map(({ body }: { body: string }) => body)).toEqual(['Hi from a stranger'])

  const refused = RoomsService.postMessage(room.id, { id: 'no id', body: '' })
  await expect(refused).rejects.toMatchObject({ status: 400, body: { code: 'invalid' } })
})
