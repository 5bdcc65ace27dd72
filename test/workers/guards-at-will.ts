// The Worker as it is, but for the guards: their time stands still, or hurries, or they are out of order.

import worker, { ChatRoom, Meter, LoginGuard as RealGuard } from '../../worker/index.ts'

export default worker
export { ChatRoom, Meter }

/** Where their time begins, and how much faster it goes. */
const baseMs = Date.UTC(2026, 0, 1)
const hurriedSpeed = 3_600

export class LoginGuard extends RealGuard {
  override async reserve(...args: Parameters<RealGuard['reserve']>): Promise<number> {
    if (this.#are('broken')) throw new Error('A fault, as ordered.')
    return super.reserve(...args)
  }

  protected override now(): number {
    return this.#are('hurried') ? baseMs + (Date.now() - baseMs) * hurriedSpeed : baseMs
  }

  protected override ringAt(atMs: number): void {
    if (this.#are('hurried')) super.ringAt(baseMs + (atMs - baseMs) / hurriedSpeed)
  }

  #are(mood: string): boolean {
    return Reflect.get(Object(this.env), 'GUARDS') === mood
  }
}
