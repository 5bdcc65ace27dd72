// Two names are the same name when they fold to the same key.

/**
 * NFKC_Casefold (UAX #31) as near as the language offers it: width, ligatures, case and invisible
 * characters make no difference, and neither do repeated blanks. Up and down again brings "ẞ" and
 * "SS", "ς" and "σ" together. Keys are compared and stored, never shown, and may be made of text
 * that nobody checked: what Postgres cannot take is gone. [V-9]
 */
export function fold(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .trim()
}
