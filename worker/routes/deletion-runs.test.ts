// A deletion's run over its rooms, cut short at every question to Postgres: it ends, and as without the cut.

import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type Database } from '../../database/client.ts'
import { findReport } from '../../database/deletion-rooms.ts'
import { deleteOwnAccount } from '../../database/deletions.ts'
import { migrate } from '../../dev/migrate.ts'
import { type Fault, type Postgres, startPostgres } from '../../dev/postgres.ts'
import { noBecause, yes } from '../../durable/answers.ts'
import type { Forgotten } from '../../durable/room-calls.ts'
import { deletionCallsMax } from '../../protocol/account-limits.ts'
import type { DeletionCode, RoomId } from '../../protocol/ids.ts'
import { newRoomId, newSessionId, newUserId } from '../../test/support/ids.ts'
import { runDeletion } from '../domain/deletions.ts'
import { sweep } from '../domain/sweep.ts'
import type { RoomStub } from '../env.ts'
import { Rooms } from '../room-stub.ts'

let postgres: Postgres
let db: Database

beforeAll(async () => {
  postgres = await startPostgres()
  await migrate(postgres.url)
  db = connect(postgres.url)
})

afterAll(() => postgres.close())

/** A room that forgets in so many slices of ten messages, and whether anybody else is in it. */
interface Plan {
  readonly slices: number
  readonly end?: 'isHandedOver' | 'isDeserted'
  readonly isErased?: boolean
}

/** Somebody with a password, a sign-in, and rooms that are planned so. */
async function somebody(plans: readonly Plan[]) {
  const [userId, sessionId] = [newUserId(), newSessionId()]
  const key = uuidv7()
  await db.execute(sql`insert into users
    (id, email, email_key, username, username_key, password_hash, display_name, bio)
    values (${userId}, ${key}, ${key}, ${key}, ${key}, 'hash', 'Canary', 'Canary')`)
  await db.execute(sql`insert into sessions (id, user_id, token_hash, device, expires_at)
    values (${sessionId}, ${userId}, '', 'Canary', now() + interval '1 day')`)
  const rooms = new Map<RoomId, { plan: Plan; done: number; calls: number }>()
  for (const plan of plans) {
    const id = newRoomId()
    await db.execute(sql`insert into rooms (id, name, name_key, topic, visibility, owner_id)
      values (${id}, ${id}, ${id}, '', 'private', ${userId})`)
    rooms.set(id, { plan, done: 0, calls: 0 })
  }
  return { caller: { userId, sessionId }, rooms }
}

type Made = Awaited<ReturnType<typeof somebody>>

/** Rooms that keep what they did, as the real ones do. */
function stubs({ rooms }: Made): Rooms {
  const getByName = (id: string) => {
    const room = rooms.get(id as RoomId)
    const forget = async () => {
      if (!room || room.plan.isErased) return noBecause('notFound')
      room.calls += 1
      room.done = Math.min(room.done + 1, room.plan.slices)
      const { slices, end } = room.plan
      const answer: Forgotten = {
        ...{ isDone: room.done === slices, erased: room.done * 10 },
        ...{ isHandedOver: end === 'isHandedOver', isDeserted: end === 'isDeserted' },
      }
      return yes(answer)
    }
    return { forget, destroy: async () => rooms.delete(id as RoomId) } as unknown as RoomStub
  }
  return new Rooms({ getByName }, db)
}

const plans: readonly Plan[] = [
  ...[{ slices: 3 }, { slices: 1, end: 'isHandedOver' }, { slices: 1, end: 'isDeserted' }],
  { slices: 1, isErased: true },
] as const

const expected = { total: 4, visited: 4, handedOver: 1, deleted: 1, erased: 50 }

const newCode = () => uuidv7().replaceAll('-', '').slice(-22) as DeletionCode
const running = async (code: DeletionCode) => (await findReport(db, code))?.endedAt === null

/** As whoever asked and heard nothing would, and then as the clock. */
async function finish(made: Made, code: DeletionCode): Promise<void> {
  if (!(await findReport(db, code)))
    await deleteOwnAccount(db, made.caller, { code, messages: 'erase' }, 'hash')
  await db.execute(sql`update deletions set began_at = now() - interval '2 minutes'
    where code = ${code}`)
  await db.execute(sql`update rooms set deleted_at = deleted_at - interval '2 minutes'`)
  await sweep(db, stubs(made)).catch(() => {})
}

async function holds(made: Made, code: DeletionCode): Promise<void> {
  expect(await findReport(db, code)).toMatchObject({ ...expected, endedAt: expect.any(Date) })
  const { rows } = await db.execute(sql`
    select (select count(*)::int from users where users::text ilike '%canary%') as named,
      (select count(*)::int from sessions where user_id = ${made.caller.userId}) as sign_ins,
      (select count(*)::int from audit_log where subject_id = ${made.caller.userId}
        and kind = 'deletionEnded') as ends`)
  expect(rows[0]).toEqual({ named: 0, sign_ins: 0, ends: 1 })
}

it('[S29] visits every room, counts what it did, and ends', async () => {
  const made = await somebody(plans)
  const code = newCode()
  await deleteOwnAccount(db, made.caller, { code, messages: 'erase' }, 'hash')
  await runDeletion(db, stubs(made), code)
  await holds(made, code)
  await runDeletion(db, stubs(made), code)
  await holds(made, code)
})

it.each<Fault>(['cutBefore', 'cutAfter', 'fail'])(
  '[S29 D-40] %s at any question to Postgres only delays it',
  async (fault) => {
    for (let n = 1, wasCut = true; wasCut; n += 1) {
      const made = await somebody(plans)
      const code = newCode()
      let asked = 0
      postgres.faults = () => {
        asked += 1
        return asked === n ? fault : 'none'
      }
      await deleteOwnAccount(db, made.caller, { code, messages: 'erase' }, 'hash')
        .then(() => runDeletion(db, stubs(made), code))
        .catch(() => {})
      wasCut = asked >= n
      postgres.faults = () => 'none'
      for (let runs = 0; !(await findReport(db, code))?.endedAt && runs < 5; runs += 1) {
        await finish(made, code)
      }
      await holds(made, code)
    }
  },
)

it('[S29] a room that cannot be asked keeps no other waiting', async () => {
  const made = await somebody([{ slices: 1 }, { slices: 1 }])
  const code = newCode()
  await deleteOwnAccount(db, made.caller, { code, messages: 'erase' }, 'hash')
  const real = stubs(made)
  const [stuck] = made.rooms.keys()
  const broken = new Proxy(real, {
    get: (rooms, name) =>
      name !== 'ask'
        ? Reflect.get(rooms, name)
        : (id: RoomId, question: Parameters<Rooms['ask']>[1]) => {
            if (id === stuck) throw new Error('Not now.')
            return rooms.ask(id, question)
          },
  })
  await expect(runDeletion(db, broken, code)).rejects.toThrow('Not now.')
  expect(await findReport(db, code)).toMatchObject({ total: 2, visited: 1, endedAt: null })
  await runDeletion(db, real, code)
  expect(await running(code)).toBe(false)
})

it('[S29 R19] asks rooms so often in one run, and goes on in the next', async () => {
  const made = await somebody([{ slices: deletionCallsMax + 1 }])
  const code = newCode()
  await deleteOwnAccount(db, made.caller, { code, messages: 'erase' }, 'hash')
  await runDeletion(db, stubs(made), code)
  const [room] = made.rooms.values()
  expect([room?.calls, await running(code)]).toEqual([deletionCallsMax, true])
  await runDeletion(db, stubs(made), code)
  expect([room?.calls, await running(code)]).toEqual([deletionCallsMax + 1, false])
})

it('[S29] a room that turns up in nobody’s hands later is seen to by the sweep', async () => {
  await db.execute(sql`delete from rooms`)
  const made = await somebody([])
  const code = newCode()
  await deleteOwnAccount(db, made.caller, { code, messages: 'keep' }, 'hash')
  await runDeletion(db, stubs(made), code)
  const id = newRoomId()
  await db.execute(sql`insert into rooms (id, name, name_key, topic, visibility, owner_id)
    values (${id}, ${id}, ${id}, '', 'private', ${made.caller.userId})`)
  made.rooms.set(id, { plan: { slices: 1, end: 'isDeserted' }, done: 0, calls: 0 })
  await sweep(db, stubs(made))
  expect(made.rooms.size).toBe(0)
  const { rows } = await db.execute(sql`select from rooms where id = ${id}`)
  expect(rows).toEqual([])
})

it('[S29] takes the report with it when nobody can read it any more', async () => {
  const made = await somebody([{ slices: 1 }])
  const code = newCode()
  await deleteOwnAccount(db, made.caller, { code, messages: 'keep' }, 'hash')
  await runDeletion(db, stubs(made), code)
  await db.execute(sql`update deletions set ended_at = now() - interval '31 days'
    where code = ${code}`)
  await sweep(db, stubs(made))
  const { rows } = await db.execute(sql`select from deletion_rooms where code = ${code}`)
  expect(rows).toEqual([])
})
