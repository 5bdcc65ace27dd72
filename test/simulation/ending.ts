// How a simulated run ends: everything heals, comes to rest, and must then agree.

import { isDeepStrictEqual } from 'node:util'
import type { OpenRoom } from '../../durable/open-room.ts'
import type { MemberRow } from '../../protocol/changes.ts'
import type { Seq } from '../../protocol/ids.ts'
import type { Page } from './page.ts'
import { poison } from './postgres.ts'
import type { Stage } from './stage.ts'

type StoredMember = MemberRow & { readSeq: number } & Record<string, string | number | null>

const restStepMs = 3_000
const restStepsMax = 200
const healTriesMax = 60

/** Everybody is let in, signed in and online; nothing breaks any more. */
export async function heal(stage: Stage): Promise<void> {
  const { world, server, browsers, pages } = stage
  world.isCalm = true
  await world.pass(5_000)
  const owner = stage.playerOf(server.open.members.ownerId())
  const asker = { userId: owner.userId, sessionId: world.mintId() as never }
  turn(stage, 'heal', ({ people }) => void people.configure(asker, { slowModeSeconds: 0 }))
  for (const player of stage.players) {
    const { userId } = player
    const isIn = () => server.open.members.standing(userId)?.mutedUntil === null
    // An owner who has just said much is told to wait, like anybody.
    for (let tries = 0; tries < healTriesMax && !isIn(); tries += 1) {
      turn(stage, 'heal', ({ people }) => void people.unban(asker, userId))
      stage.join(player, { userId, sessionId: world.mintId() as never })
      await world.pass(1_000)
      turn(stage, 'heal', ({ people }) => {
        people.changeMember(asker, userId, { mutedUntil: null })
      })
    }
  }
  await finishDeletions(stage)
  // Whoever changes the directory and hears nothing of the room asks it to look there.
  turn(stage, 'refresh', ({ archive }) => void archive.refresh())
  for (const browser of browsers) if (browser.state.value.state === 'signedOut') browser.signIn()
  for (const page of pages) page.host.network(true)
}

/** A deletion visits every room where the mirror knows somebody, until it is done; others hear of it there. */
async function finishDeletions(stage: Stage): Promise<void> {
  const { world, postgres } = stage
  for (const [id, erases] of postgres.gone) {
    const isKnown = [...postgres.messages.values()].some(({ authorId }) => authorId === id)
    let isDone = !isKnown && !postgres.members.has(id)
    for (let tries = 0; tries < healTriesMax && !isDone; tries += 1) {
      turn(stage, 'forget', ({ forgetting }) => {
        isDone = forgetting.advance(id, erases).isDone
      })
      await world.pass(500)
    }
  }
}

function turn({ world, server }: Stage, what: string, work: (open: OpenRoom) => void): void {
  world.attempt(() => void server.turn(what, work))
}

/** Until nothing is left to do; false when it never ends. Then everybody reads all there is. */
export async function rest(stage: Stage): Promise<boolean> {
  if (!(await settle(stage))) return false
  stage.world.attempt(() => judgeMirror(stage))
  for (const { store } of stage.pages) store.markRead(stage.server.open.ledger.seq)
  return settle(stage)
}

async function settle(stage: Stage): Promise<boolean> {
  const { world } = stage
  for (let step = 0; step < restStepsMax && world.violations.length === 0; step += 1) {
    for (const page of stage.pages) nudge(page, stage)
    await world.pass(restStepMs)
    if (whyRestless(stage) !== null) continue
    await world.pass(restStepMs) // What the last answer of Postgres said may be on its way yet.
    if (whyRestless(stage) === null) return true
  }
  return false
}

/** What a person would do who sees that something waits for them. */
function nudge({ store }: Page, { excused }: Stage): void {
  const { face } = store.connection.value
  if (face === 'stopped' || face === 'signedOut') store.reconnectNow()
  for (const { id, body, status } of store.drafts.value) {
    if (status.state !== 'failed') continue
    if (status.code !== 'notFound') store.retry(id)
    else {
      excused.add(body) // It answers a message that went with an earlier life of the room.
      store.discard(id)
    }
  }
}

export function whyRestless({ world, pages, server }: Stage): string | null {
  for (const { name, store } of pages) {
    const { face } = store.connection.value
    if (face !== 'live') return `${name} is ${face}`
    if (store.drafts.value.length > 0) return `${name} has ${JSON.stringify(store.drafts.value)}`
    if (store.pending.value.size > 0) return `${name} waits for ${[...store.pending.value]}`
  }
  if (world.underWay > 0) return `${world.underWay} frames are under way`
  const { archived, rev, behindMs } = server.open.archive.state
  if (archived !== rev || behindMs > 0) return `the mirror has ${archived} of ${rev}`
  if (!server.isIdle) return 'the room is not idle'
  const kinds = server.disk
    .read<{ kind: string }>('SELECT kind FROM agenda')
    .map(({ kind }) => kind)
  const passing = kinds.filter((kind) => kind !== 'expiry' && kind !== 'presence')
  return passing.length > 0 ? `left on the agenda: ${passing.join()}` : null
}

/** Every copy of the room is the room, and everything written is in it once and in order. */
export function judge(stage: Stage): void {
  for (const page of stage.pages) judgePage(page, stage)
  judgeMessages(stage)
  judgeForgotten(stage)
  judgeMirror(stage)
}

function judgePage({ name, store, browser }: Page, { world, server }: Stage): void {
  const { reader, ledger, members } = server.open
  const model = store.model.value
  const same = (what: string, held: unknown, is: unknown) => {
    if (isDeepStrictEqual(held, is)) return
    world.violated(
      `${name} holds another ${what}: ${JSON.stringify(held)} for ${JSON.stringify(is)}`,
    )
  }
  if (!model) return world.violated(`${name} holds nothing`)
  if (store.resyncs.value > 0) world.violated(`${name} resynced ${store.resyncs.value} times`)
  const first = model.messages[0]?.seq ?? ledger.seq + 1
  const rows = reader.range(first, ledger.seq)
  if (model.messages.length !== rows.length) {
    same('number of messages', model.messages.length, rows.length)
  }
  model.messages.forEach((row, place) => {
    same('message', row, rows[place])
  })
  same('room', model.room, ledger.room)
  const joined = storedMembers(server).filter(({ state }) => state === 'joined')
  const roles = joined.map(({ userId, role }) => [userId, role])
  same('members', [...model.members].map(([id, { role }]) => [id, role]).sort(), roles.sort())
  for (const [id, person] of model.people) same('person', person, members.person(id))
  const mine = joined.find(({ userId }) => userId === browser.userId)
  same('self', [model.you.name, model.you.role], [mine?.name, mine?.role])
  const marks = joined.map(({ userId, readSeq }) => [userId, readSeq] as const)
  const told = marks.map(([id]) => [id, store.reads.value.get(id) ?? 0])
  same('marks', told.sort(), [...marks].sort())
}

/** Of whom Postgres knows that they are no more, the room knows no name and no word. [S29] */
function judgeForgotten({ world, server, postgres }: Stage): void {
  for (const [id, erases] of postgres.gone) {
    const { name = '', state } = server.open.members.find(id) ?? {}
    if (name !== '' || state === 'joined') world.violated(`${id} is ${state} as ${name}`)
    const traces = erases
      ? server.open.messages.tracesOf(id, 1, server.open.ledger.seq + 1).rows
      : []
    if (traces.length > 0) world.violated(`${id} left ${JSON.stringify(traces)}`)
  }
}

function judgeMessages({ world, server, checks, everyPage, excused }: Stage): void {
  const { reader, ledger } = server.open
  const places = new Map<string, number>()
  for (const { id, kind, seq } of reader.range(1, ledger.seq)) {
    if (kind === 'notice') continue
    const said = checks.born.get(id) ?? ''
    if (places.has(said)) world.violated(`${said} is there twice`)
    places.set(said, seq)
  }
  const missing = everyPage.flatMap(({ written }) =>
    written.filter((body) => !places.has(body) && !excused.has(body)),
  )
  if (missing.length > 0) world.violated(`missing: ${missing.join()}`)
  const failedOnce = new Set(everyPage.flatMap((page) => [...page.failedOnce]))
  for (const { written } of everyPage) {
    const found = written.filter((body) => places.has(body) && !failedOnce.has(body))
    const order = found.map((body) => places.get(body)!)
    const isOrdered = order.every((seq, place) => place === 0 || seq > order[place - 1]!)
    if (!isOrdered) world.violated(`out of order: ${found.join()} at ${order.join()}`)
  }
}

/** But for a row that Postgres would not have. */
function judgeMirror({ world, server, postgres }: Stage): void {
  const { reader, ledger } = server.open
  const { epoch, seq } = ledger
  const same = (what: string, there: unknown, is: unknown) => {
    if (isDeepStrictEqual(there, is)) return
    world.violated(
      `the mirror has another ${what}: ${JSON.stringify(there)} for ${JSON.stringify(is)}`,
    )
  }
  for (const row of reader.range(1, seq)) {
    if (row.body.includes(poison)) postgres.messages.delete(row.seq)
    else same('message', postgres.messages.get(row.seq), { ...row, epoch })
  }
  const strange = [...postgres.messages.keys()].filter((key) => key > seq)
  same('set of messages', strange, [] satisfies Seq[])
  const members = storedMembers(server)
  for (const row of members) same('member', postgres.members.get(row.userId), { ...row, epoch })
  same('number of members', postgres.members.size, members.length)
  const { rev, room } = ledger
  same('head', postgres.heads, { epoch, to: rev, seq, memberCount: room.memberCount })
  same('name', room.name, postgres.directory.name)
}

function storedMembers({ disk }: Stage['server']): StoredMember[] {
  return disk.read<StoredMember>(
    `SELECT user AS userId, rev, name, avatar, role, state, muted_until AS mutedUntil,
       read_seq AS readSeq FROM members`,
  )
}
