// What could not be loaded, why, and the way to try again. [APP17]

import type { FailureCode } from '../../protocol/failures.ts'
import { words } from '../i18n/words.ts'
import { Blank } from '../view/blank.tsx'

interface Props {
  readonly code: FailureCode
  readonly heading?: 'h1' | 'h2'
  readonly onRetry: () => void
}

export function LoadFailed({ code, heading = 'h2', onRetry }: Props) {
  return (
    <Blank
      icon="offline"
      title={words().app.couldNotLoad}
      hint={words().failures[code]}
      heading={heading}
    >
      <button type="button" class="button" onClick={onRetry}>
        {words().app.retry}
      </button>
    </Blank>
  )
}
