// Which addresses a webhook may have: public ones, by TLS, and never ours. [S24]

/** What stands around a hook: this very service, and whether it runs on somebody's own machine. */
export interface Surroundings {
  /** `host`, or `host:port` where the port is not the scheme's. */
  readonly ownHost: string
  /** Local: plain HTTP to this machine, for whoever tries their receiver; in production never. */
  readonly isLocal: boolean
}

/**
 * Why we do not call it, or null. The parser spells every host in one way, so decimal, octal and hex, full
 * width and percent signs are judged by what they mean. What a public name resolves to we cannot see: there
 * the platform's `global_fetch_strictly_public` is what refuses private networks.
 */
export function whyNotCalled(address: string, { ownHost, isLocal }: Surroundings): string | null {
  if (!URL.canParse(address)) return 'must be a whole URL'
  const url = new URL(address)
  const host = url.hostname.replace(/\.+$/, '')
  if (url.username !== '' || url.password !== '') return 'must hold no name and no password'
  if (isLocal && url.protocol === 'http:') {
    return loopback.has(host) && url.port !== portOf(ownHost)
      ? null
      : 'must be another port of this machine'
  }
  if (url.protocol !== 'https:') return 'must begin with https://'
  if (url.port !== '' && url.port !== '8443') return 'must be on port 443 or 8443'
  if (isOwn(host, ownHost)) return 'must not be Parley itself'
  return isPublic(host) ? null : 'must be a public address'
}

const portOf = (host: string) => /:(\d+)$/.exec(host)?.[1] ?? ''

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Below it, too: whoever serves us serves what is beside us. */
function isOwn(host: string, ownHost: string): boolean {
  const own = ownHost.replace(/:\d+$/, '').replace(/\.+$/, '').toLowerCase()
  return host === own || host.endsWith(`.${own}`)
}

function isPublic(host: string): boolean {
  if (host.startsWith('[')) return isPublicSix(groupsOf(host.slice(1, -1)))
  const bytes = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').map(Number) : null
  if (bytes) return isPublicFour(bytes)
  return host.includes('.') && !reserved.test(host)
}

/** Names that lead into some network of one's own, or nowhere: RFC 6761, 6762, 8375, 9476 and habit. */
const reserved =
  /(^|\.)(localhost|local|internal|intranet|private|corp|home|lan|localdomain|home\.arpa|test|example|invalid|onion|alt|arpa)$/

/** IANA's special-purpose registry, RFC 6890 and after. */
function isPublicFour([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100 && b >= 64 && b < 128) return false // Carrier's NAT, and a cloud's metadata.
  if (a === 169 && b === 254) return false // Link-local, and most clouds' metadata.
  if (a === 172 && b >= 16 && b < 32) return false
  if (a === 192 && b === 168) return false
  if (a === 192 && b === 0 && (c === 0 || c === 2)) return false
  if (a === 192 && b === 88 && c === 99) return false // 6to4's relays.
  if (a === 192 && ((b === 31 && c === 196) || (b === 52 && c === 193))) return false
  if (a === 192 && b === 175 && c === 48) return false
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false
  return !(a === 203 && b === 0 && c === 113)
}

/**
 * Global unicast only, without what leads elsewhere: mapped and translated addresses lie outside of it,
 * 6to4, Teredo and the rest of 2001::/23 inside.
 */
function isPublicSix([first = 0, second = 0]: readonly number[]): boolean {
  if (first < 0x2000 || first > 0x3fff) return false
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false
  if (first === 0x2002) return false
  if (first === 0x3fff && second < 0x1000) return false
  return !(first === 0x2620 && second === 0x4f)
}

/** Eight groups of what the parser has spelled: lower case, compressed, without dots. */
function groupsOf(address: string): number[] {
  const [before = '', after] = address.split('::')
  const parts = (text: string) =>
    text === '' ? [] : text.split(':').map((part) => parseInt(part, 16))
  const [left, right] = [parts(before), parts(after ?? '')]
  return [...left, ...Array(8 - left.length - right.length).fill(0), ...right]
}
