import { expect, it } from 'vitest'
import { deviceNameOf } from './devices.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

it.each([
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Chrome on Windows', `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/153.0.0.0 Safari/537.36`],
  ['Edge on Windows', `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/153 Safari/537.36 Edg/153`],
  ['Chrome on Android', `Mozilla/5.0 (Linux; Android 16) ${webkit} Chrome/153 Mobile Safari/537`],
  ['Safari on macOS', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/26.0 Safari/605.1.15'],
  ['Safari on iOS', 'Mozilla/5.0 (iPhone; CPU iPhone OS 26 like Mac OS X) Version/26 Safari/604.1'],
  ['Firefox on iOS', 'Mozilla/5.0 (iPhone; CPU iPhone OS 26 like Mac OS X) FxiOS/140.0 Safari/605'],
  ['Chrome on ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 16000) ${webkit} Chrome/153 Safari/537.36`],
  ['curl', 'curl/8.5.0'],
  ['node', 'node'],
  [null, ''],
  [null, '<script>alert(1)</script>'],
  [null, `${'a'.repeat(31)}/1`],
])('%s', (name, userAgent) => {
  expect(deviceNameOf(userAgent)).toBe(name)
})
