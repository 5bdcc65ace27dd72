// Light, dark or the system's; public/theme.js sets it before the first paint. [THM1]

import { signal } from '@preact/signals'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'parley:theme' // The same as in public/theme.js.

const chosen = signal<Theme>(
  themes.find((theme) => theme === document.documentElement.dataset['theme']) ?? 'auto',
)

export const theme = (): Theme => chosen.value

export function chooseTheme(wish: Theme): void {
  chosen.value = wish
  if (wish === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = wish
  try {
    if (wish === 'auto') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, wish)
  } catch {
    // Kept for this page only, where storage is refused.
  }
}
