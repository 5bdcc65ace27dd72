// The Worker's entry: requests, the clock, and the classes of the objects.

import { LoginGuard } from '../durable/login-guard.ts'
import { Meter } from '../durable/meter-object.ts'
import { app } from './app.ts'
import { ChatRoom } from './chat-room.ts'
import { sweep } from './domain/sweep.ts'
import type { Bindings } from './env.ts'
import { failed, log } from './log.ts'
import { outfitOf } from './outfit.ts'
import { pageFor } from './pages.ts'

export { ChatRoom, LoginGuard, Meter }

export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext) {
    return pageFor(request, env) ?? app.fetch(request, env, context)
  },

  async scheduled(_event: unknown, env: Bindings): Promise<void> {
    const { config, world, rooms, meter } = outfitOf(env)
    const note = () => meter.counts.add('deletionsFinished', {})
    await sweep(world.db, rooms, note).catch((error: unknown) => {
      log(config.logLevel, 'error', 'sweep', failed(error))
    })
    await meter.passOn()
  },
}
