// Where a request comes from: what the platform says, and nothing that the client does. [V-23]

import type { AppContext } from './context.ts'
import { isLoopback, networkOf, unmapped } from './domain/networks.ts'

/** The platform writes it over whatever a client put there; it adds to other headers of that kind. */
const header = 'cf-connecting-ip'

/**
 * Null where there is no platform in front, as in tests; `wrangler dev` names this machine itself, which
 * is nobody's address. Of IPv6 the network: a household has 2^64 addresses of its own.
 */
export function addressOf(c: AppContext): string | null {
  const address = c.req.header(header)
  if (address === undefined || isLoopback(address)) return null
  return address.includes(':') && address === unmapped(address)
    ? networkOf(address, 4)
    : unmapped(address)
}
