// The name and its sign: a P that is a speech bubble.

import { words } from '../i18n/words.ts'

export function Brand({ href }: { href: string }) {
  return (
    <a class="brand" href={href}>
      <svg class="brand-sign" viewBox="0 0 24 24" aria-hidden="true">
        <path
          fill-rule="evenodd"
          d="M13 2a8 8 0 1 1 0 16h-2.6l-4.2 4.1c-.5.5-1.2.2-1.2-.5V10a8 8 0 0 1 8-8Zm0 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z"
        />
      </svg>
      {words().app.name}
    </a>
  )
}
