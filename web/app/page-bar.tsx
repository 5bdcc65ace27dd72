// The bar above a page: its name, and on a phone the way back to the rooms.

import type { ComponentChildren } from 'preact'
import { words } from '../i18n/words.ts'
import { Icon } from '../view/icon.tsx'

export function PageBar({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <header class="page-bar">
      <a class="icon-button back" href="/rooms" aria-label={words().app.back}>
        <Icon name="back" />
      </a>
      <h1 class="ellipsis" tabIndex={-1}>
        <bdi>{title}</bdi>
      </h1>
      {children}
    </header>
  )
}
