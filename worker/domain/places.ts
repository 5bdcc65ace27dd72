// About where somebody is: enough to know one's own sign-in by, too little to find a house by.

import * as v from 'valibot'
import { placeCharactersMax } from '../../protocol/account-limits.ts'
import { isLoopback, networkOf } from './networks.ts'
import { plain } from './plain.ts'

/** What the platform knows of where a request came from. */
const Origin = v.object({
  country: v.pipe(v.string(), v.regex(/^[A-Z\d]{2}$/)),
  city: v.optional(v.pipe(v.string(), v.minLength(1))),
})

/** "Berlin, DE", or "DE"; else the network: an IPv4's /24, an IPv6's /48. Null: not known. */
export function placeOf(origin: unknown, address: string | undefined): string | null {
  // What the platform's stand-in says of one's own machine, it makes up.
  if (address !== undefined && isLoopback(address)) return null
  const known = v.safeParse(Origin, origin)
  if (!known.success) return address === undefined ? null : networkOf(address)
  const { city, country } = known.output
  return city === undefined ? country : `${plain(city, placeCharactersMax - 4)}, ${country}`
}
