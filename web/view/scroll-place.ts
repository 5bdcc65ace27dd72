// Where a reader is in a scrolled list, and how to keep them there. Measures, decides nothing.

/** Within this of the end counts as reading the end. [TML4] */
export const END_PIXELS = 80

/** A row and how far its top is below the list's own top. */
export interface Place {
  readonly row: Element
  readonly top: number
}

export function isAtEnd(list: Element): boolean {
  return list.scrollHeight - list.clientHeight - list.scrollTop <= END_PIXELS
}

export function goToEnd(list: Element): void {
  list.scrollTop = list.scrollHeight
}

/** The first row in view: what a reader's eye is on. Rows lie in order, so halving finds it. */
export function placeOf(list: Element): Place | null {
  const rows = list.querySelectorAll('[data-row]')
  const edge = list.getBoundingClientRect().top
  let from = 0
  let to = rows.length
  while (from < to) {
    const middle = (from + to) >> 1
    const bottom = rows[middle]?.getBoundingClientRect().bottom ?? 0
    if (bottom <= edge) from = middle + 1
    else to = middle
  }
  const row = rows[from]
  return row ? { row, top: row.getBoundingClientRect().top - edge } : null
}

/** Scrolls so that the row is where it was, whatever came or went above it. [TML3] */
export function returnTo(list: Element, place: Place): void {
  if (!place.row.isConnected) return
  const top = place.row.getBoundingClientRect().top - list.getBoundingClientRect().top
  list.scrollTop += top - place.top
}
