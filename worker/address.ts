// Where a request comes from: what the platform says, and nothing that the client does. [V-23]

import type { AppContext } from './context.ts'

/** The platform writes it over whatever a client put there; it adds to other headers of that kind. */
const header = 'cf-connecting-ip'

/**
 * Null where there is no platform in front, as in tests; `wrangler dev` names this machine itself, which
 * is nobody's address. Of IPv6 the network: a household has 2^64 addresses of its own.
 */
export function addressOf(c: AppContext): string | null {
  const text = c.req.header(header)?.replace(/^::ffff:(?=\d+\.)/i, '') // IPv4, written as IPv6.
  if (text === undefined || /^127\.|^::1$/.test(text)) return null
  return text.includes(':') ? networkOf(text) : text
}

/** The first 64 bits, in one spelling. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length)
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
