// What must hold at every step of a simulated run, whatever befalls it.

import type { OpenRoom } from '../../durable/open-room.ts'
import type { Reader } from '../../durable/reader.ts'
import type { Caller } from '../../durable/session.ts'
import type { ChangesFrame, ServerFrame } from '../../protocol/frames.ts'
import type { Epoch, Rev, SessionId, UserId } from '../../protocol/ids.ts'
import type { Disk } from './disk.ts'
import type { ServerEnd } from './network.ts'
import type { World } from './world.ts'

type Told = ServerFrame & { readonly type: string }

/** What is known of one socket from outside the room. */
interface Watched {
  readonly caller: Caller
  /** The command behind each ref: whose message, by its id. */
  readonly sent: Map<number, string>
  frames: number
  to: number | null
  isOver: boolean
  revHeard: number
}

const everything = { rows: 100_000, bytes: 100_000_000 }

export class Checks {
  readonly #world: World
  readonly #watched = new Map<ServerEnd, Watched>()
  readonly #endedSignIns = new Set<SessionId>()
  readonly #places = new Map<string, string>()
  #disk: Pick<Disk, 'read'> | null = null
  #changesSince: Reader['changesSince'] | null = null
  #epoch: Epoch | null = null
  #rev = 0
  #toldRev = 0
  #marks = new Map<string, number>()
  /** What every message that ever was in a row said first, by its id. */
  readonly born = new Map<string, string>()
  readonly accepted = { commands: 0, frames: 0 }

  constructor(world: World) {
    this.#world = world
  }

  over(disk: Pick<Disk, 'read'>): void {
    this.#disk = disk
  }

  reads(changesSince: Reader['changesSince']): void {
    this.#changesSince = changesSince
  }

  // The rows

  woke(open: OpenRoom): void {
    const { epoch, rev } = open.ledger
    if (epoch !== this.#epoch) return
    const least = Math.max(this.#rev, this.#toldRev)
    this.#holds(rev >= least, () => `rev ${least} was told and is lost: ${rev}`)
  }

  /** Between two turns the archive may have heard from the directory. */
  before(open: OpenRoom): void {
    this.#advance(open)
  }

  after(open: OpenRoom): void {
    const { epoch, rev } = open.ledger
    if (epoch === this.#epoch) this.#holds(rev - this.#rev <= 1, () => `two revs in a turn: ${rev}`)
    this.#advance(open)
    this.#marksAdvance()
  }

  #advance({ ledger }: OpenRoom): void {
    const { epoch, rev, seq } = ledger
    if (epoch !== this.#epoch) this.#beginLife(epoch)
    else if (rev === this.#rev) return
    const page = this.#changesSince!(this.#rev as Rev, 'archive', everything)
    const { messages, members, room } = page.rows
    const revs = [...messages, ...members, ...(room ? [room] : [])].map((row) => row.rev)
    this.#holds(revs.includes(rev), () => `no row has rev ${rev}`)
    const strange = revs.find((one) => one <= this.#rev || one > rev)
    this.#holds(
      strange === undefined,
      () => `a row of rev ${strange} between ${this.#rev} and ${rev}`,
    )
    for (const row of messages) {
      this.#place(row.seq, `${row.authorId}/${row.id}`)
      if (row.kind === 'message' && !this.born.has(row.id)) this.born.set(row.id, row.body)
    }
    const [count] = this.#read<{ rows: number; seq: number }>(
      'SELECT count(*) AS rows, coalesce(max(seq), 0) AS seq FROM messages',
    )
    const isWhole = count?.rows === seq && count.seq === seq
    this.#holds(isWhole, () => `${count?.rows} messages up to ${count?.seq}, seq is ${seq}`)
    this.accepted.commands += rev - this.#rev
    this.#rev = rev
  }

  #beginLife(epoch: Epoch): void {
    this.#epoch = epoch
    this.#rev = 0
    this.#toldRev = 0
    this.#marks = new Map()
  }

  /** Nobody's mark moves back, but for those who are forgotten. [SND8, S29] */
  #marksAdvance(): void {
    const marks = this.#read<{ user: string; seq: number }>(
      "SELECT user, read_seq AS seq FROM members WHERE name <> ''",
    )
    for (const { user, seq } of marks) {
      const before = this.#marks.get(user) ?? 0
      this.#holds(seq >= before, () => `a mark went from ${before} back to ${seq}`)
    }
    this.#marks = new Map(marks.map(({ user, seq }) => [user, seq]))
  }

  /** One place, one message; one message, one place. [SND2] */
  #place(seq: number, message: string): void {
    const at = `${this.#epoch}/${seq}`
    const there = this.#places.get(at) ?? message
    this.#holds(there === message, () => `seq ${seq} has two messages`)
    const of = `${this.#epoch}/${message}`
    const known = this.#places.get(of) ?? String(seq)
    this.#holds(known === String(seq), () => `a message has seq ${known} and ${seq}`)
    this.#places.set(at, message)
    this.#places.set(of, String(seq))
  }

  // The sockets

  attached(end: ServerEnd, caller: Caller): void {
    const [row] = this.#read<{ state: string }>(
      'SELECT state FROM members WHERE user = ?',
      caller.userId,
    )
    this.#holds(row?.state === 'joined', () => `${end.cable.name} attached, ${row?.state}`)
    this.#holds(!this.#endedSignIns.has(caller.sessionId), () => `${end.cable.name} signed out`)
    const watched = { caller, sent: new Map(), frames: 0, to: null }
    this.#watched.set(end, { ...watched, isOver: false, revHeard: 0 })
  }

  /** The room has acknowledged that they are out. [SOK13] */
  turnedOut(userId: UserId): void {
    this.#end(({ caller }) => caller.userId === userId)
  }

  signedOut(sessionId: SessionId): void {
    this.#endedSignIns.add(sessionId)
    this.#end(({ caller }) => caller.sessionId === sessionId)
  }

  #end(isMeant: (watched: Watched) => boolean): void {
    for (const watched of this.#watched.values()) if (isMeant(watched)) watched.isOver = true
  }

  renewed(end: ServerEnd): void {
    const watched = this.#watched.get(end)
    const sessionId = end.state?.sessionId
    if (watched && sessionId) {
      this.#watched.set(end, { ...watched, caller: { ...watched.caller, sessionId } })
    }
  }

  heard(end: ServerEnd, frame: string): void {
    const watched = this.#watched.get(end)!
    watched.revHeard = this.#rev
    const command = JSON.parse(frame)
    if (command.type !== 'send') return
    watched.sent.set(command.ref, `${watched.caller.userId}/${command.id}`)
  }

  obeyed(end: ServerEnd, { ledger }: OpenRoom): void {
    const { isOver, revHeard } = this.#watched.get(end)!
    this.#holds(!isOver || ledger.rev === revHeard, () => `${end.cable.name} is out and was obeyed`)
  }

  /** In the turn in which the room says it. */
  told(end: ServerEnd, text: string): Told {
    const frame: Told = JSON.parse(text)
    const watched = this.#watched.get(end)!
    const { name } = end.cable
    this.accepted.frames += 1
    watched.frames += 1
    this.#holds(!watched.isOver || frame.type === 'closing', () => `${name} is out, told ${text}`)
    const isExpired = (end.state?.expiresAt ?? 0) <= this.#world.nowMs
    this.#holds(!isExpired || frame.type === 'closing', () => `${name} has expired, told ${text}`)
    const isFirst = watched.frames === 1
    this.#holds(isFirst === (frame.type === 'welcome'), () => `${name}: ${frame.type} is first`)
    if (frame.type === 'changes') this.#chains(watched, frame, name)
    return frame
  }

  /** Each frame begins where the one before ended. [SOK4] */
  #chains(watched: Watched, { from, to, snapshot }: ChangesFrame, name: string): void {
    const isFirst = watched.frames === 2
    const isNext = isFirst || from === watched.to
    this.#holds(isNext, () => `${name} told ${from}–${to} after ${watched.to}`)
    this.#holds(isFirst || !snapshot, () => `${name} told a snapshot again`)
    watched.to = to
  }

  /** When it leaves: what it says must be in the rows. [ORD5] */
  left(end: ServerEnd, frame: Told): void {
    this.#world.note(`told ${end.cable.name} ${summaryOf(frame)}`)
    if (frame.type === 'changes') {
      this.#toldRev = Math.max(this.#toldRev, frame.to)
      for (const { seq, authorId, id } of frame.messages ?? []) {
        if (id) this.#place(seq, `${authorId}/${id}`)
      }
    }
    if (frame.type !== 'ok') return
    this.#toldRev = Math.max(this.#toldRev, frame.rev ?? 0)
    const message = this.#watched.get(end)?.sent.get(frame.ref)
    if (message === undefined) return
    const [author, id] = message.split('/')
    const [row] = this.#read<{ seq: number }>(
      'SELECT seq FROM messages WHERE author = ? AND id = ?',
      ...[author!, id!],
    )
    this.#holds(row?.seq === frame.seq, () => `ok for seq ${frame.seq}, the row has ${row?.seq}`)
    this.#place(frame.seq!, message)
  }

  #read<Row extends Record<string, string | number | null>>(query: string, ...values: string[]) {
    return this.#disk!.read<Row>(query, ...values)
  }

  #holds(isTrue: boolean, what: () => string): void {
    if (!isTrue) this.#world.violated(what())
  }
}

function summaryOf(frame: Told): string {
  switch (frame.type) {
    case 'welcome':
      return `welcome ${frame.rev} ${frame.resumed}`
    case 'changes':
      return `${frame.from}–${frame.to} ${frame.messages?.map(({ seq }) => seq).join() ?? ''}`
    case 'ok':
      return `ok ${frame.ref} ${frame.seq} ${frame.rev}`
    case 'refused':
      return `refused ${frame.ref} ${frame.code}`
    case 'closing':
      return `closing ${frame.code}`
    default:
      return frame.type
  }
}
