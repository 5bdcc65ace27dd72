// An address of nothing, or of something one may not see: both look the same. [APP7]

import { words } from '../../i18n/words.ts'
import { Blank } from '../../view/blank.tsx'
import { usePageTitle } from '../page-title.ts'

export function NotFound() {
  const text = words().notFound
  usePageTitle(text.title)
  return (
    <div class="fill">
      <Blank icon="compass" title={text.title} hint={text.hint} heading="h1">
        <a class="button-primary" href="/">
          {text.home}
        </a>
      </Blank>
    </div>
  )
}
