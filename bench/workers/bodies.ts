// What filled rooms are filled with: the same in the Worker that writes and in the bench that asks.

/** In one message of a room, whatever its size; in one of twenty; in every one. */
export const words = { once: 'needle', seldom: 'haystack', always: 'brown', start: 'bro' }

/** Message `n` of any room, counted from 1. */
export function bodyOf(n: number): string {
  const seldom = n % 20 === 0 ? ` ${words.seldom}` : ''
  const once = n === 500 ? ` ${words.once}` : ''
  return `${n} The quick ${words.always} fox jumps over the lazy dog and nobody minds.${seldom}${once}`
}
