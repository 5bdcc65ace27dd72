// @vitest-environment happy-dom
// What somebody typed is shown as what they typed, wherever it is shown. [S21]
import { cleanup, render } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { MessageText } from './message-text.tsx'

afterEach(cleanup)

const scripts = [
  ...['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>'],
  ...[
    '<iframe src="javascript:alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<base href=//x>',
  ],
  ...['<math><mi xlink:href="data:x,1">', '<form action=//x><input name=a>', '<style>*{}</style>'],
  ...['<object data=x>', '<embed src=x>', '<meta http-equiv=refresh>', '<link rel=import href=x>'],
  ...[
    'javascript:alert(1)',
    'data:text/html;base64,PHNjcmlwdD4=',
    'vbscript:x',
    'file:///etc/passwd',
  ],
  ...[
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/'><script>",
    'http://[::1]/%0a',
  ],
  ...['[x](javascript:alert(1))', '![x](x onerror=alert(1))', '`<script>`', '<!--><script>-->'],
  ...[
    '&lt;script&gt;',
    '&#x3c;script&#x3e;',
    '\\u003cscript\\u003e',
    '{{constructor.constructor("x")()}}',
  ],
  ...['https://a.example@evil.example/', 'https://evil.example\u202egpj.exe', 'HTTPS://X.EXAMPLE'],
]
const wraps: ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => `"${text}"`,
  (text) => `'>${text}`,
  (text) => `"/>${text}`,
  (text) => `https://a.example/${text}`,
  (text) => `see ${text} now`,
  (text) => `${text}${text}`,
  (text) => text.replace('<', '<\u0001'),
  (text) => text.split('').join('\u200b'),
  (text) => `\n\n${text}\n`,
  (text) => `@Ana ${text}`,
  (text) => `]]>${text}`,
  (text) => `</p></li></main>${text}`,
  (text) => `<b>${text}`,
  (text) => text.replaceAll('<', '<<'),
  (text) => `${text}<!--`,
  (text) => `\u202e${text}`,
  (text) => encodeURI(text),
  (text) => `<x ${text}>`,
]
const payloads = scripts.flatMap((script) => wraps.map((wrap) => wrap(script)))

const shown = new Set(['P', 'A', 'SPAN', 'BDI'])

function elementsOf(container: Element): Element[] {
  return [...container.querySelectorAll('*')]
}

test('[S21] there are six hundred', () => expect(payloads.length).toBeGreaterThanOrEqual(600))

test('[S21 V-15] six hundred texts make no element, no address and no handler but ours', () => {
  for (const body of payloads) {
    const called = [{ name: body, own: true }] // A name, too, is what somebody typed.
    const { container } = render(<MessageText body={`${body} @${body}`} called={called} />)
    for (const element of elementsOf(container)) {
      expect([body, shown.has(element.tagName), element.tagName]).toEqual([
        ...[body, true, element.tagName],
      ])
      const handlers = element.getAttributeNames().filter((name) => /^(on|style|srcdoc)/.test(name))
      expect([body, handlers]).toEqual([body, []])
      const href = element.getAttribute('href')
      if (href !== null) expect([body, /^https?:\/\//.test(href)]).toEqual([body, true])
    }
    cleanup()
  }
})
