// Does what deeds.ts says: hands deeds to the socket, and shows which messages wait and what failed.

import { signal } from '@preact/signals'
import type { CommandOut } from '../../protocol/commands.ts'
import type { Seq } from '../../protocol/ids.ts'
import type { Host } from '../client/host.ts'
import { type DeedsEffect, type DeedsInput, next, noDeeds, tickAtMs } from './deeds.ts'
import type { Deed, Mishap } from './room-store.ts'

export class DeedsShell {
  /** Messages whose change is under way. */
  readonly pending = signal<ReadonlySet<Seq>>(new Set())
  readonly mishap = signal<Mishap | null>(null)
  readonly #host: Host
  readonly #send: (command: CommandOut) => void
  #deeds = noDeeds
  #alarm: () => void = () => undefined

  constructor({ host, send }: { host: Host; send: (command: CommandOut) => void }) {
    this.#host = host
    this.#send = send
  }

  step(input: DeedsInput): void {
    const before = this.#deeds.entries
    const [deeds, effects] = next(this.#deeds, input, this.#host.now())
    this.#deeds = deeds
    for (const effect of effects) this.#perform(effect)
    this.#arm()
    if (deeds.entries !== before) this.pending.value = new Set(deeds.entries.map(seqOf))
  }

  end(): void {
    this.#alarm()
  }

  #perform(effect: DeedsEffect): void {
    if (effect.do === 'send') return this.#send(commandOf(effect.deed, effect.ref))
    this.mishap.value = { deed: effect.deed, code: effect.code }
  }

  #arm(): void {
    this.#alarm()
    this.#alarm = () => undefined
    const atMs = tickAtMs(this.#deeds)
    if (atMs === null) return
    const wait = Math.max(0, atMs - this.#host.now())
    this.#alarm = this.#host.later(() => this.step({ type: 'tick' }), wait)
  }
}

function commandOf(deed: Deed, ref: number): CommandOut {
  if (deed.type !== 'edit') return { ...deed, ref }
  const { mentions, ...edit } = deed
  return { ...edit, ref, ...(mentions && { mentions: [...mentions] }) }
}

const seqOf = ({ deed }: { deed: Deed }) => deed.seq
