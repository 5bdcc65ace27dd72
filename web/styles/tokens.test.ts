import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

type Colour = readonly [lightness: number, chroma: number, hue: number]
const COLOUR = 'oklch\\(([\\d.]+) ([\\d.]+) ([\\d.]+)\\)'
const PAIR = new RegExp(`--([\\w-]+): light-dark\\(\\s*${COLOUR},\\s*${COLOUR}\\s*\\)`, 'gu')

const tokens = new Map<string, { light: Colour; dark: Colour }>()
for (const [, name = '', ...numbers] of css.matchAll(PAIR)) {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers.map(Number)
  tokens.set(name, { light: [a, b, c], dark: [d, e, f] })
}

const grounds = ['background', 'surface', 'sunken', 'accent-soft', 'mention']
const plain = ['background', 'surface', 'sunken']
const texts = ['text', 'muted', 'accent', 'danger', 'good', 'warn']

for (const theme of ['light', 'dark'] as const) {
  const of = (name: string): Colour => tokens.get(name)?.[theme] ?? [Number.NaN, 0, 0]

  test.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))(
    `[ACC4] ${theme}: %s reads on %s at 4.5 : 1`,
    (text, ground) => {
      expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5)
    },
  )

  test.each(plain.flatMap((ground) => [['control', ground] as const, ['accent', ground] as const]))(
    `[ACC4] ${theme}: %s shows on %s at 3 : 1`,
    (control, ground) => {
      expect(contrast(of(control), of(ground))).toBeGreaterThanOrEqual(3)
    },
  )

  test(`[ACC4] ${theme}: what stands on the accent or on danger reads`, () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(of('on-accent'), of('danger'))).toBeGreaterThanOrEqual(4.5)
  })
}

test('[LOOK2] white initials read on every hue', () => {
  for (let hue = 0; hue < 360; hue += 1) {
    expect(contrast([1, 0, 0], [0.52, 0.08, hue])).toBeGreaterThanOrEqual(4.5)
  }
})

/** WCAG 2.2's ratio of the relative luminances. */
function contrast(one: Colour, other: Colour): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

/** OKLCH to linear sRGB by Ottosson's matrices; the screen clips what lies outside. */
function luminance([lightness, chroma, hue]: Colour): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clip = (value: number) => Math.min(1, Math.max(0, value))
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
