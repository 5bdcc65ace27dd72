// The tab's title, and the heading that is read out when a page opens.

import { useEffect } from 'preact/hooks'
import { words } from '../i18n/words.ts'
import { isFocusLost } from '../view/lost-focus.ts'

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = words().app.title(title)
  }, [title])
}

let waiting: MutationObserver | null = null

/**
 * After navigation a screen reader starts where the new page does. A page that asks the server
 * first has its heading later: it is waited for until the person has moved on. [ACC3]
 */
export function focusHeading(): void {
  waiting?.disconnect()
  if (focusedHeading()) return
  const from = document.activeElement
  waiting = new MutationObserver((_, observer) => {
    const movedOn = document.activeElement !== from && !isFocusLost()
    if (movedOn || focusedHeading()) observer.disconnect()
  })
  waiting.observe(document.body, { childList: true, subtree: true })
}

function focusedHeading(): boolean {
  const heading = document.querySelector<HTMLElement>('h1')
  heading?.focus({ preventScroll: true })
  return heading !== null
}
