// A client that follows a fake room by hand: the test delivers every frame and every page.

import { expect } from 'vitest'
import type { History } from '../../protocol/api/messages.ts'
import type { ChangesFrame } from '../../protocol/frames.ts'
import type { Rev, Seq } from '../../protocol/ids.ts'
import { apply, isHeld, type Promised, welcomed } from '../../web/store/apply.ts'
import { expectPage, forgoPage, takePage } from '../../web/store/history-page.ts'
import { firstSeq, type Held } from '../../web/store/room-model.ts'
import { FakeRoom } from './fake-room.ts'
import { newEpoch, newMessageId, newUserId } from './ids.ts'

export const [ana, bo] = [newUserId(), newUserId()]

export class HandFollower {
  readonly room = new FakeRoom({ pageRows: 3, snapshotRows: 4 })
  now: Held | Promised | null = null
  #wire: ChangesFrame[] = []
  #told: Rev | null = null // Null while the socket catches up: it hears nothing of the live stream.
  #page: History | null = null

  constructor({ messages = 0 } = {}) {
    this.room.join(ana)
    for (let n = 0; n < messages; n += 1) this.room.send(bo, newMessageId(), `${n}`)
    this.connect()
    this.deliverAll()
  }

  get held(): Held {
    if (!this.now || !isHeld(this.now)) throw new Error('nothing is held yet')
    return this.now
  }

  connect(): void {
    const held = this.now && isHeld(this.now) ? this.now : null
    const welcome = this.room.welcome(ana, held?.rev ?? null, held?.epoch)
    this.now = welcomed(held, welcome)
    this.#wire = []
    this.#answer(welcome.resumed ? this.room.changesSince(held!.rev) : this.room.snapshot())
  }

  startAfresh(): void {
    this.now = null
    this.connect()
  }

  restore(): void {
    this.room.epoch = newEpoch()
    this.connect()
  }

  flush(): void {
    if (this.#told === null) return
    const frame = this.room.flushSince(this.#told)
    this.#told = this.room.rev
    if (frame.to > frame.from!) this.#wire.push(frame)
  }

  loseFlush(): void {
    this.#told = this.room.rev
  }

  deliver(): void {
    const frame = this.#wire.shift()
    if (frame) this.take(frame)
  }

  deliverAll(): void {
    while (this.#wire.length > 0) this.deliver()
  }

  take(frame: ChangesFrame): void {
    const [held, syncAfter] = apply(this.now!, frame)
    this.#expectNoStepBack(held)
    this.now = held ?? this.now
    if (syncAfter !== null) this.#answer(this.room.changesSince(syncAfter))
  }

  askPage(): void {
    this.#page = null
    if (this.now && isHeld(this.now)) this.now = expectPage(this.now)
  }

  readPage(): void {
    const isAsked = this.now && isHeld(this.now) && this.now.aside
    this.#page = isAsked ? this.room.history(firstSeq(this.held.messages) as Seq, 2) : null
  }

  takePage(): void {
    if (this.now && isHeld(this.now))
      this.now = this.#page ? takePage(this.now, this.#page) : forgoPage(this.now)
    this.#page = null
  }

  /** What is held is what the room has, from the window's first message to the head. */
  check(): void {
    this.deliverAll()
    this.flush()
    this.deliverAll()
    const { messages, roster, room, ahead, asked } = this.held
    expect(messages).toEqual(this.room.messages.slice(firstSeq(messages) - 1))
    expect(new Map(roster)).toEqual(this.room.members)
    expect(room).toEqual(this.room.room)
    expect([ahead.size, asked]).toEqual([0, null])
  }

  /** No row ever goes back to an older one, not even until the next frame. */
  #expectNoStepBack(held: Held | null): void {
    if (!held || !this.now || !isHeld(this.now) || held.epoch !== this.now.epoch) return
    const before = new Map(this.now.messages.map((row) => [row.seq, row.rev]))
    for (const row of held.messages)
      expect(row.rev).toBeGreaterThanOrEqual(before.get(row.seq) ?? 0)
    const known = this.now.roster
    for (const [id, row] of held.roster)
      expect(row.rev).toBeGreaterThanOrEqual(known.get(id)?.rev ?? 0)
  }

  #answer(frame: ChangesFrame): void {
    this.#told = frame.more ? null : frame.to
    this.#wire.push(frame)
  }
}
