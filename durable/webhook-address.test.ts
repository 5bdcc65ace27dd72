import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { webhookUrlCharactersMax } from '../protocol/limits.ts'
import { whyNotCalled } from './webhook-address.ts'

const production = { ownHost: 'chat.parley.dev', isLocal: false }
const local = { ownHost: '127.0.0.1:8787', isLocal: true }

/** This machine, its network, its cloud and ourselves, however they are spelled. */
const hosts = [
  // Loopback and "this host": dotted, short, decimal, octal, hex, mixed, full width, percent signs.
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '0177.1',
  ],
  ...['0x7f.0.0.0x1', '017700000001', '127.255.255.254', '0.0.0.0', '0', '0x0', '00000'],
  ...['１２７.０.０.１', '127。0。0。1', '%31%32%37.0.0.1', '①②⑦.0.0.1', '127.0.0.1.'],
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'a.localhost.',
    'ｌocalhost',
    'localhost..',
  ],
  // Private, link-local, carrier's NAT, metadata, reserved, broadcast.
  ...['10.0.0.1', '10.255.255.255', '0x0a000001', '012.0.0.1', '167772161', '172.16.0.1'],
  ...[
    '172.31.255.255',
    '192.168.0.1',
    '3232235521',
    '0xc0a80001',
    '192.168.257',
    '169.254.169.254',
  ],
  ...[
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.0.1',
    '100.64.0.1',
    '100.127.255.255',
  ],
  ...['100.100.100.200', '192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255'],
  ...[
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
  ],
  // IPv6: loopback, unspecified, mapped, compatible, translated, 6to4, Teredo, unique local, link-local.
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
  ],
  ...[
    '[0:0:0:0:0:ffff:a9fe:a9fe]',
    '[::ffff:8.8.8.8]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::169.254.169.254]',
  ],
  ...[
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2001::1]',
    '[2001:0:7f00:1::]',
  ],
  ...[
    '[2001:db8::1]',
    '[2001:20::1]',
    '[3fff::1]',
    '[2620:4f:8000::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
  ],
  ...['[fe80::1]', '[febf::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[5f00::1]', '[4000::1]'],
  // Names that lead into somebody's own network, or are no names.
  ...[
    'metadata',
    'metadata.google.internal',
    'metadata.google.internal.',
    'printer.local',
    'nas.lan',
  ],
  ...['a.home.arpa', 'db.internal', 'wiki.corp', 'intranet', 'x.test', 'x.example', 'x.invalid'],
  ...['x.onion', 'x.localdomain', '1.0.0.127.in-addr.arpa', 'router.home'],
  // Ourselves.
  ...['chat.parley.dev', 'CHAT.parley.dev', 'chat.parley.dev.', 'a.chat.parley.dev'],
]

const addresses = [
  ...hosts.map((host) => `https://${host}/hook`),
  ...['http://hooks.acme.io/', 'ftp://hooks.acme.io/', 'file:///etc/passwd', 'javascript:alert(1)'],
  ...[
    'data:text/plain,a',
    'gopher://hooks.acme.io/',
    'ws://hooks.acme.io/',
    '//hooks.acme.io',
    'hooks.acme.io',
  ],
  ...['https://', 'https:///', '', ' ', 'https://a@hooks.acme.io/', 'https://a:b@hooks.acme.io/'],
  ...[
    'https://127.0.0.1@hooks.acme.io/',
    'https://hooks.acme.io@127.0.0.1/',
    'https://:b@hooks.acme.io/',
  ],
  ...['https://hooks.acme.io:22/', 'https://hooks.acme.io:80/', 'https://hooks.acme.io:6379/'],
  ...[
    'https://hooks.acme.io:0/',
    'https://hooks.acme.io:99999/',
    'https://[::1/',
    'https://256.1.1.1/',
  ],
  ...[
    'https:\\\\127.0.0.1\\',
    'https://127.0.0.1#@hooks.acme.io/',
    'https://127.0.0.1?@hooks.acme.io/',
  ],
  ...[
    'http://127.0.0.1:9/',
    'http://localhost:9/',
    'http://[::1]:9/',
    'https://a b.io/',
    'https://1.2.3.4.5/',
  ],
]

describe('an address for a webhook', () => {
  it.each(addresses)('[S24 V-11] is not called: %s', (address) => {
    expect(whyNotCalled(address, production)).toMatch(/^must /)
  })

  it('[S24] is tried in more than eighty ways', () => {
    expect(new Set(addresses).size).toBeGreaterThan(120)
    expect(webhookUrlCharactersMax).toBe(2_000)
  })

  it.each([
    ...['https://hooks.acme.io/a?b=c', 'https://hooks.acme.io:443/', 'https://hooks.acme.io:8443/'],
    ...[
      'https://8.8.8.8/',
      'https://[2606:4700::1]/',
      'https://parley.dev/',
      'https://notchat.parley.dev/',
    ],
    ...[
      'https://100.63.0.1/',
      'https://100.128.0.1/',
      'https://172.32.0.1/',
      'https://xn--bcher-kva.ch/',
    ],
    ...['https://localhost.acme.io/', 'https://internal.acme.io/', 'https://172.15.255.255/'],
  ])('is called: %s', (address) => {
    expect(whyNotCalled(address, production)).toBeNull()
  })

  it('[S24] may be this machine’s by plain HTTP on a developer’s own, but for Parley itself', () => {
    const why = (address: string) => whyNotCalled(address, local)
    expect([
      why('http://127.0.0.1:9/'),
      why('http://localhost:9/'),
      why('http://[::1]:9/'),
    ]).toEqual([...[null, null, null]])
    for (const address of [
      'http://127.0.0.1:8787/',
      'http://localhost:8787/',
      'http://10.0.0.1/',
      'http://hooks.acme.io/',
    ]) {
      expect(why(address)).toMatch(/^must /)
    }
    expect(why('https://127.0.0.1/')).toMatch(/^must /)
  })

  it('[S24] that a name leads to is the platform’s to refuse, which is told to', () => {
    const toml = readFileSync(new URL('../wrangler.toml', import.meta.url), 'utf8')
    expect(/^compatibility_flags = .*"global_fetch_strictly_public"/m.test(toml)).toBe(true)
  })
})
