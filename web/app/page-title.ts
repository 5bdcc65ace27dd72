// The tab's title, and the heading that is read out when a page opens.

import { useEffect } from 'preact/hooks'
import { words } from '../i18n/words.ts'

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = words().app.title(title)
  }, [title])
}

/** After navigation a screen reader starts where the new page does. [ACC3] */
export function focusHeading(): void {
  document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
}
