// Hostile input grown from good input: every text it yields is one that no schema may accept.

const values: unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  ' ',
  '\0',
  '\ud800',
  'x'.repeat(70_000),
  [],
  [[]],
  {},
  { $regex: '.*' },
  { toString: 1 },
  { __proto__: null, constructor: { prototype: {} } },
  '../../etc/passwd',
]

type Damage = (good: Record<string, unknown>, random: () => number) => string

const pick = <T>(items: readonly T[], random: () => number): T =>
  items[Math.floor(random() * items.length)] as T

/** Each breaks the contract for certain, whatever it is given. */
const damages: Damage[] = [
  // Another type in place of the whole.
  (_, random) => JSON.stringify(pick([null, 7, 'text', [], true, [[]]], random)),
  // A field that nobody knows.
  (good, random) =>
    JSON.stringify({ ...good, [`x${Math.floor(random() * 1e6)}`]: pick(values, random) }),
  // A field that is an object where none is.
  (good, random) => {
    const plain = Object.keys(good).filter((key) => typeof good[key] !== 'object')
    const key = pick(plain, random)
    return JSON.stringify({ ...good, [key]: pick([{}, [], { $regex: '.*' }, [null]], random) })
  },
  // Cut short.
  (good, random) => {
    const text = JSON.stringify(good)
    return text.slice(0, Math.floor(random() * text.length))
  },
  // Doubled, nested, wrapped.
  (good) => JSON.stringify(good) + JSON.stringify(good),
  (good) => JSON.stringify([good]),
  (good) => JSON.stringify({ data: good }),
  (_, random) => '['.repeat(1 + Math.floor(random() * 10_000)),
  (_, random) => '{"a":'.repeat(1 + Math.floor(random() * 5_000)),
  // Bytes that are no JSON.
  (_, random) =>
    Array.from({ length: 1 + Math.floor(random() * 60) }, () =>
      String.fromCharCode(1 + Math.floor(random() * 0xd7fe)),
    ).join(''),
  // A prototype that should not be.
  (good) => JSON.stringify(good).replace('{', '{"__proto__":{"admin":true},'),
  // Too large for anything.
  (good, random) =>
    JSON.stringify({ ...good, [pick(Object.keys(good), random)]: 'x'.repeat(70_000) }),
]

/** Endless. Some are random text, and random text may be blank, but never valid. */
export function* mutations(
  goods: readonly object[],
  random: () => number,
): Generator<string, never, undefined> {
  for (;;) {
    const damaged = pick(damages, random)({ ...pick(goods, random) }, random)
    if (damaged !== '') yield damaged
  }
}
