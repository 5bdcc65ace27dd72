// Where the keyboard is when what it was on has gone.

/** True when the focused element was taken away: the browser then falls back to the body. [ACC3] */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}
