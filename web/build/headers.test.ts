import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const [headers = '', ofDocs = ''] = read('public/_headers').split('# One page')
const page = read('index.html')

test.each([
  "default-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'X-Content-Type-Options: nosniff',
  'Referrer-Policy: no-referrer',
])('[S22 D-29] every file is sent with %s', (rule) => {
  expect(headers).toContain(rule)
})

test('[S22] no exception is made for inline code, evaluation or other origins', () => {
  expect(headers).not.toMatch(/unsafe-|https?:|\*\s*;|data:|blob:/u)
})

test('[S22] the API docs alone make markup, and take nothing from anywhere else', () => {
  expect(ofDocs).toContain('\n/docs\n  ! Content-Security-Policy\n')
  expect(ofDocs).toContain("require-trusted-types-for 'script'; trusted-types default dompurify")
  expect(ofDocs).toContain("default-src 'self'; connect-src 'self'; img-src 'self' data:;")
  expect(ofDocs).not.toMatch(/unsafe-|https?:|\*\s*;|blob:/u)
})

test('[S22] HTTPS is kept for at least a year', () => {
  const seconds = Number(headers.match(/max-age=(\d+); includeSubDomains/u)?.[1])
  expect(seconds).toBeGreaterThanOrEqual(365 * 24 * 3_600)
})

test('[S22] the page holds no inline code or style and asks no other origin', () => {
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//u)
  expect(page.match(/<script(?![^>]*\ssrc=)/gu)).toBeNull()
})

test('[MOB3] the keyboard shrinks the page instead of covering it', () => {
  expect(page).toContain('interactive-widget=resizes-content')
  expect(page).toContain('viewport-fit=cover')
})
