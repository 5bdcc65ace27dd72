// The network of an address, in one spelling: what people of one house or site have in common.

/** `203.0.113.7` → `203.0.113.0/24`, `2001:db8::1` → `2001:db8:0::/48`; null for what is no address. */
export function networkOf(address: string, groupsKept: 3 | 4 = 3): string | null {
  const old = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(unmapped(address))
  if (old) return `${old.slice(1).map(Number).join('.')}.0/24`
  const groups = groupsOf(address)
  return groups && `${groups.slice(0, groupsKept).join(':')}::/${groupsKept * 16}`
}

/** IPv4 that is written as IPv6 is still IPv4. */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** One's own machine. */
export function isLoopback(address: string): boolean {
  return /^127\.|^::1$/.test(unmapped(address))
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] | null {
  if (!/^[\da-f:]{2,39}$/i.test(address) || !address.includes(':')) return null
  const [head = '', tail] = address.split('::')
  const left = split(head)
  const right = split(tail ?? '')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(gap).fill('0'), ...right]
  return groups.length === 8 ? groups.map((group) => Number.parseInt(group, 16).toString(16)) : null
}

function split(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
