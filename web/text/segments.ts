// Message text cut into plain runs and web addresses; the only markup there is until Markdown.

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

// Linear on purpose: one class, repeated once. A 4,000-character line takes one pass. [TML10]
const ADDRESS = /https?:\/\/[^\s<>"]+/giu

/** Only http and https become links, and only those the URL parser accepts. [TML10] */
export function segments(body: string): Segment[] {
  const found: Segment[] = []
  let from = 0
  for (const match of body.matchAll(ADDRESS)) {
    const address = withoutTrailing(match[0])
    const href = hrefOf(address)
    if (!href) continue
    if (match.index > from) found.push({ kind: 'text', text: body.slice(from, match.index) })
    found.push({ kind: 'link', text: address, href })
    from = match.index + address.length
  }
  if (from < body.length) found.push({ kind: 'text', text: body.slice(from) })
  return found
}

// A full stop ends the sentence, and a bracket closes the remark, unless it was opened inside.
function withoutTrailing(address: string): string {
  let end = address.length
  let closedOutside = countOf(address, ')') - countOf(address, '(')
  while (end > 0) {
    const last = address.charAt(end - 1)
    if (last === ')' && closedOutside > 0) closedOutside -= 1
    else if (!".,;:!?'”’»".includes(last)) break
    end -= 1
  }
  return address.slice(0, end)
}

const countOf = (text: string, character: string): number => text.split(character).length - 1

function hrefOf(address: string): string | null {
  const url = URL.parse(address)
  const allowed = url?.protocol === 'https:' || url?.protocol === 'http:'
  return allowed && url.hostname !== '' ? url.href : null
}
