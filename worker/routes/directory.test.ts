// The directory: who has which name, and how a room is found.

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { Directory, MyRooms, RoomCard } from '../../protocol/api/rooms.ts'
import { defaultSettings } from '../../protocol/changes.ts'
import { ownParley, signUpAll } from '../../test/support/own-parley.ts'
import { code, create, unique } from '../../test/support/rooms-http.ts'

const parley = await ownParley()
const { http } = parley
const [ann, bob] = await signUpAll(parley, 'Ann', 'Bob')

it('[P8 P9 D-42] creates a room that is at once in the own list, the directory and on its card', async () => {
  const name = unique('Tea')
  const body = { name, topic: 'Leaves', visibility: 'public' }
  const made = await ann.ask<RoomCard>('POST', '/rooms', body)
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ ...body, memberCount: 1, role: 'owner' })

  const mine = await ann.ask<MyRooms>('GET', '/rooms/mine')
  expect(mine.body.rooms[0]).toMatchObject({ ...made.body, lastMessage: null })
  const listed = await http<Directory>('GET', `/rooms?query=${encodeURIComponent(name)}`)
  expect(listed.body).toEqual({ rooms: [{ ...made.body, role: null }], next: null })
  const card = await http<RoomCard>('GET', `/rooms/${made.body.id}`)
  expect(card.body).toEqual({ ...made.body, role: null, settings: defaultSettings })
})

it('[V-9 D-35] lets no public room take the name of another, in whatever case or width', async () => {
  const name = unique('Straße')
  await create(ann, { name })
  for (const twin of [name.toUpperCase(), name.replace('St', 'Ｓｔ'), name.replace(' ', '  ')]) {
    const refused = await bob.ask('POST', '/rooms', { name: twin, visibility: 'public' })
    expect(code(refused)).toEqual([409, 'nameTaken'])
  }
})

it('[P9 V-9] lets a private name neither block nor show', async () => {
  const name = unique('Secret')
  const hidden = await create(ann, { name, visibility: 'private' })
  expect((await create(bob, { name })).role).toBe('owner')

  const outside = ['', '/members', '/messages'].map((path) => `/rooms/${hidden.id}${path}`)
  const nowhere = await bob.ask('GET', `/rooms/${uuidv7()}`)
  for (const path of outside) {
    const asked = await bob.ask('GET', path)
    expect(asked).toEqual(nowhere)
  }
  expect(code(await bob.ask('POST', `/rooms/${hidden.id}/join`, {}))).toEqual([404, 'notFound'])
})

it('[D-36] pages the directory by name, in one order, to its end', async () => {
  const word = randomBytes(6).toString('hex')
  const names = ['ä', 'B', 'a', '語', 'c'].map((letter) => `${word} ${letter}${letter}`)
  for (const name of names) await create(ann, { name })

  const seen: string[] = []
  let cursor = ''
  do {
    const page = await bob.ask<Directory>('GET', `/rooms?query=${word}&limit=2${cursor}`)
    seen.push(...page.body.rooms.map(({ name }) => name.slice(word.length + 1)))
    cursor = page.body.next === null ? '' : `&cursor=${page.body.next}`
  } while (cursor !== '')
  expect(seen).toEqual(['aa', 'BB', 'cc', 'ää', '語語'])
})

it('[S10] searches for text, never for a pattern', async () => {
  const name = unique('100%_\\')
  await create(ann, { name })
  const found = async (query: string) => {
    const { body } = await http<Directory>('GET', `/rooms?query=${encodeURIComponent(query)}`)
    return body.rooms.some((room) => room.name === name)
  }
  expect(await found('0%_\\')).toBe(true)
  expect(await found('1%0')).toBe(false)
  expect(await found('1_0')).toBe(false)
})

it('[P8] tells the directory of a member which rooms it is in', async () => {
  const { id, name } = await create(ann)
  const joined = await bob.ask<RoomCard>('POST', `/rooms/${id}/join`)
  expect(joined.body).toMatchObject({ memberCount: 2, role: 'member' })
  const path = `/rooms?query=${encodeURIComponent(name)}`
  const { body } = await bob.ask<Directory>('GET', path)
  expect(body.rooms).toMatchObject([{ id, role: 'member', memberCount: 2 }])
})
