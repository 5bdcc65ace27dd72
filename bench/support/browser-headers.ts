// An upgrade as a browser sends it: each header is read, and some are kept as long as the socket is.

import type { Wire } from './wire.ts'

export function asBrowser(wire: Wire): Wire {
  return {
    ...wire,
    headers: { ...headers, origin: new URL(wire.address).origin.replace('ws', 'http') },
  }
}

const headers = {
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36',
  'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  /** Offered by every browser, and taken by the runtime unless a flag forbids it. */
  'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
}
