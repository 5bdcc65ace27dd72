// From what stands in a field to what a request carries. Pure.

/** Without the blanks around it; left out where nothing was given. */
export function given(name: string, value: string | undefined): Record<string, string> {
  const text = value?.trim() ?? ''
  return text === '' ? {} : { [name]: text }
}

/** As a number, or as the text it is: the schema says what is wrong with that. */
export function numberOrText(value: string): number | string {
  const text = value.trim()
  return /^\d+$/u.test(text) ? Number(text) : text
}
