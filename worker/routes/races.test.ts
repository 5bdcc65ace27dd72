// What two requests do at the same moment, on a database that lets them: PGlite would queue them.

import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../database/client.ts'
import { hasPostgreSQL, startCluster } from '../../dev/cluster.ts'
import { sessionsPerUserMax } from '../../protocol/account-limits.ts'
import type { Account, SignedIn } from '../../protocol/api/accounts.ts'
import type { Invite } from '../../protocol/api/invites.ts'
import type { Members, RoomCard } from '../../protocol/api/rooms.ts'
import { type Http, httpTo } from '../../test/support/http.ts'
import { type Parley, type Person, roomOf, signUp, startParley } from '../../test/support/parley.ts'
import { RoomSocket } from '../../test/support/room-socket.ts'
import { create } from '../../test/support/rooms-http.ts'

describe.runIf(hasPostgreSQL)('on PostgreSQL', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>
  let parley: Parley
  let http: Http

  beforeAll(async () => {
    cluster = await startCluster()
    process.env['PARLEY_POSTGRES'] = cluster.url
    parley = await startParley()
    delete process.env['PARLEY_POSTGRES']
    http = httpTo(parley)
  })

  afterAll(async () => {
    await parley.stop()
    await cluster.close()
  })

  const times = <T>(count: number, ask: (n: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, n) => ask(n)))

  function stranger() {
    const username = `bob-${randomBytes(6).toString('hex')}`
    return { email: `${username}@example.com`, username, password: 'correct horse battery' }
  }

  const newcomer = (person: object) =>
    http<SignedIn>('POST', '/auth/register', { body: { ...person, transport: 'body' } })

  it('[S12] fifty refreshes at once have one successor', async () => {
    const { refreshToken } = (await newcomer(stranger())).body
    const answers = await times(50, () =>
      http<SignedIn>('POST', '/auth/refresh', { body: { refreshToken } }),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1)
  })

  it('[API3] one of many who register the same name gets it', async () => {
    const person = stranger()
    const answers = await times(6, (n) => newcomer({ ...person, email: `${n}${person.email}` }))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('[V-9 D-35] one of many who create the same room gets it', async () => {
    const ann = await signUp(parley, 'Ann')
    const name = `Race ${randomBytes(6).toString('hex')}`
    const answers = await times(20, () => ann.ask('POST', '/rooms', { name, visibility: 'public' }))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  })

  it('[V-7] sign-ins at once leave no more than one may hold', async () => {
    const person = stranger()
    const { user } = (await newcomer(person)).body
    const db = connect(parley.postgres.url)
    await db.execute(sql`insert into sessions (id, user_id, token_hash, device, expires_at)
      select gen_random_uuid(), ${user.id}, '', '', now() + interval '1 day'
      from generate_series(1, ${sessionsPerUserMax - 1})`)
    const login = { login: person.username, password: person.password }
    await times(8, () => http('POST', '/auth/login', { body: login }))
    await http('POST', '/auth/login', { body: login })
    const { rowCount } = await db.execute(sql`select from sessions
      where user_id = ${user.id} and revoked_at is null`)
    expect(rowCount).toBe(sessionsPerUserMax)
  })

  it('[S12] a thief and the owner at once: whoever comes late, nobody stays in twice', async () => {
    const { refreshToken: first } = (await newcomer(stranger())).body
    const refresh = (refreshToken?: string) =>
      http<SignedIn>('POST', '/auth/refresh', { body: { refreshToken } })
    const second = (await refresh(first)).body.refreshToken
    const third = (await refresh(second)).body.refreshToken
    const answers = await times(10, (n) => refresh(n % 2 === 0 ? first : third))
    const after = await refresh(third)
    expect(answers.some(({ status }) => status === 401)).toBe(true)
    expect(after.status).toBe(401)
  })

  it('changes of one room at once leave the room and the directory of one mind', async () => {
    const ann = await signUp(parley, 'Ann')
    const room = await roomOf(ann)
    const db = connect(parley.postgres.url)
    for (let round = 0; round < 10; round += 1) {
      await times(6, (n) => ann.ask('PATCH', `/rooms/${room}`, { topic: `${round} ${n}` }))
      const seen = await ann.ask<RoomCard>('GET', `/rooms/${room}`)
      const { rows } = await db.execute(sql`select topic from rooms where id = ${room}`)
      expect(seen.body.topic).toBe(rows[0]?.['topic'])
    }
  })

  it('names taken at once leave the room and the account of one mind', async () => {
    const ann = await signUp(parley, 'Ann')
    const room = await roomOf(ann)
    const socket = new RoomSocket(parley.url, room, ann.token)
    for (let round = 0; round < 10; round += 1) {
      await times(8, (n) => ann.ask('PATCH', '/users/me', { displayName: `Ann ${round} ${n}` }))
      const { displayName } = (await ann.ask<Account>('GET', '/users/me')).body
      // Of what it was told, the room announces what is later only: the last is the account's own.
      await socket.until(
        (frame) =>
          frame.type === 'changes' && frame.members.some(({ name }) => name === displayName),
      )
      const { body } = await ann.ask<Members>('GET', `/rooms/${room}/members`)
      expect(body.members.map(({ name }) => name)).toEqual([displayName])
    }
    socket.socket.terminate()
  })

  it('[D-22] of three deletions at once each finds the room, or finds it gone', async () => {
    const ann = await signUp(parley, 'Ann')
    for (let round = 0; round < 10; round += 1) {
      const room = await roomOf(ann)
      const answers = await times(3, () => ann.ask('DELETE', `/rooms/${room}`))
      const statuses = answers.map(({ status }) => status).sort()
      expect(statuses[0]).toBe(204)
      expect(statuses.filter((status) => status !== 204 && status !== 404)).toEqual([])
    }
  })

  it('[V-8] of many who come for the last uses of an invite only so many get in', async () => {
    const ann = await signUp(parley, 'Ann')
    const guests = await times(8, (n) => signUp(parley, `Guest${n}`))
    for (let round = 0; round < 6; round += 1) {
      const room = await create(ann, { visibility: 'private' })
      const { body } = await ann.ask<Invite>('POST', `/rooms/${room.id}/invites`, { maxUses: 3 })
      const answers = await Promise.all(
        guests.map((guest) => guest.ask('POST', `/invites/${body.code}/accept`)),
      )
      const statuses = answers.map(({ status }) => status).sort()
      expect(statuses).toEqual([200, 200, 200, 404, 404, 404, 404, 404])
      const card = await ann.ask<RoomCard>('GET', `/rooms/${room.id}`)
      expect(card.body.memberCount).toBe(4)
    }
  })

  it('[V-8] somebody who accepts ten times at once takes one use', async () => {
    const ann = await signUp(parley, 'Ann')
    const bob = await signUp(parley, 'Bob')
    const db = connect(parley.postgres.url)
    for (let round = 0; round < 6; round += 1) {
      const room = await create(ann, { visibility: 'private' })
      const maxUses = 1 + (round % 2)
      const { body } = await ann.ask<Invite>('POST', `/rooms/${room.id}/invites`, { maxUses })
      const answers = await times(10, () => bob.ask('POST', `/invites/${body.code}/accept`))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      const { rows } = await db.execute(sql`select uses from invites where code = ${body.code}`)
      expect(rows[0]?.['uses']).toBe(1)
    }
  })

  it('hands a room on and on, and the directory ends with its owner', async () => {
    const [ann, bob] = [await signUp(parley, 'Ann'), await signUp(parley, 'Bob')]
    const room = await roomOf(ann, [bob])
    const db = connect(parley.postgres.url)
    const give = (from: Person, to: Person) =>
      from.ask('PUT', `/rooms/${room}/members/${to.id}`, { role: 'owner' })
    for (let round = 0; round < 5; round += 1) {
      await give(ann, bob)
      await give(bob, ann)
    }
    const owner = async () => {
      const { rows } = await db.execute(sql`select owner_id from rooms where id = ${room}`)
      return rows[0]?.['owner_id']
    }
    await expect.poll(owner, { timeout: 10_000 }).toBe(ann.id)
  })
})
