// About where somebody is: enough to know one's own sign-in by, too little to find a house by.

import * as v from 'valibot'
import { placeCharactersMax } from '../../protocol/account-limits.ts'
import { plain } from './plain.ts'

/** What the platform knows of where a request came from. */
const Origin = v.object({
  country: v.pipe(v.string(), v.regex(/^[A-Z\d]{2}$/)),
  city: v.optional(v.pipe(v.string(), v.minLength(1))),
})

/** One's own machine: what the platform's stand-in says of where that is, it makes up. */
const loopback = /^(?:(?:::ffff:)?127\.[\d.]+|::1)$/i

/** "Berlin, DE", or "DE"; else the network: an IPv4's /24, an IPv6's /48. Null: not known. */
export function placeOf(origin: unknown, address: string | undefined): string | null {
  if (address !== undefined && loopback.test(address)) return null
  const known = v.safeParse(Origin, origin)
  if (!known.success) return address === undefined ? null : networkOf(address)
  const { city, country } = known.output
  return city === undefined ? country : `${plain(city, placeCharactersMax - 4)}, ${country}`
}

/** Null for what is no address. */
export function networkOf(address: string): string | null {
  const old = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i.exec(address)
  if (old) return `${old.slice(1).map(Number).join('.')}.0/24`
  if (!/^[\da-f:]{2,39}$/i.test(address) || !address.includes(':')) return null
  const [head = '', tail] = address.split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(gap).fill('0'), ...right]
  if (groups.length !== 8) return null
  const site = groups.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16))
  return `${site.join(':')}::/48`
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
