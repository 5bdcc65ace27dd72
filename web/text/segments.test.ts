import { expect, test } from 'vitest'
import { segments } from './segments.ts'

const hrefs = (body: string) =>
  segments(body).flatMap((part) => (part.kind === 'link' ? part.href : []))
const joined = (body: string) =>
  segments(body)
    .map((part) => part.text)
    .join('')

test('[TML10] http and https addresses become links, the text around them stays', () => {
  expect(segments('see https://parley.example/a?b=c#d now')).toEqual([
    { kind: 'text', text: 'see ' },
    {
      kind: 'link',
      text: 'https://parley.example/a?b=c#d',
      href: 'https://parley.example/a?b=c#d',
    },
    { kind: 'text', text: ' now' },
  ])
})

test.each([
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'mailto:ana@example.com',
  'ftp://example.com',
  'https://',
  'http://[::bad',
  'vbscript:https',
])('[TML10] %s stays text', (body) => {
  expect(hrefs(body)).toEqual([])
})

test.each([
  ['(see https://a.example/b)', 'https://a.example/b'],
  ['https://a.example/Go_(game)', 'https://a.example/Go_(game)'],
  ['(as in https://a.example/Go_(game))', 'https://a.example/Go_(game)'],
  ['https://a.example/x).)', 'https://a.example/x'],
  ['https://a.example.', 'https://a.example/'],
  ['“https://a.example/x”', 'https://a.example/x'],
  ['<https://a.example/x>', 'https://a.example/x'],
])('the sentence around %s is not part of the address', (body, href) => {
  expect(hrefs(body)).toEqual([href])
})

test('[SND4] nothing of the text is lost or doubled by cutting it', () => {
  for (const body of ['', 'a\n\nb', 'https://a.example https://b.example!', 'x'.repeat(4000)]) {
    expect(joined(body)).toBe(body)
  }
})

test('[TML10] text made to stall a parser is cut in one pass', () => {
  for (const hostile of ['https://'.repeat(500), `https://a.example/${')'.repeat(4_000)}`]) {
    expect(joined(hostile)).toBe(hostile)
  }
})
