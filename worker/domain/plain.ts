// Text that somebody else chose, fit to be kept and shown in one line.

/** Without what breaks a line, turns it around or commands a terminal; cut to `max` characters. [S28] */
export function plain(text: string, max: number): string {
  const line = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, ' ')
  return Array.from(line).slice(0, max).join('')
}
