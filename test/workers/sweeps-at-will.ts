// The Worker as it is, but that whoever asks for `/sweep` is the clock.

import type { Bindings } from '../../worker/env.ts'
import worker, { ChatRoom, LoginGuard, Meter } from '../../worker/index.ts'

export { ChatRoom, LoginGuard, Meter }

export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== '/sweep') return worker.fetch(request, env, context)
    await worker.scheduled(null, env)
    return new Response()
  },
}
