// A room that will not come back by itself: why, what was kept, one way on. [CON1]

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { FailureCode } from '../../protocol/failures.ts'
import { words } from '../i18n/words.ts'
import { Blank } from './blank.tsx'

interface Props {
  readonly code: FailureCode
  readonly loadText: () => Promise<string>
  readonly exit: ComponentChildren
}

export function Stopped({ code, loadText, exit }: Props) {
  const text = words().room
  if (code === 'unsupportedProtocol') {
    return (
      <Blank icon="retry" title={text.outdated} hint={text.outdatedHint} replacing>
        <button type="button" class="button-primary" onClick={() => location.reload()}>
          {words().app.reload}
        </button>
      </Blank>
    )
  }
  const gone = code === 'roomGone' || code === 'notFound'
  return (
    <Blank
      icon={gone ? 'trash' : 'lock'}
      title={gone ? text.gone : text.forbidden}
      hint={gone ? text.goneHint : text.forbiddenHint}
      replacing
    >
      <Unsent loadText={loadText} />
      {exit}
    </Blank>
  )
}

function Unsent({ loadText }: { loadText: () => Promise<string> }) {
  const text = useSignal('')
  useEffect(() => {
    void loadText().then((found) => {
      text.value = found
    })
  }, [])
  if (text.value === '') return null
  return (
    <div class="unsent">
      <p>{words().room.unsent}</p>
      <blockquote dir="auto">{text.value}</blockquote>
      <button
        type="button"
        class="button-quiet"
        onClick={() => void navigator.clipboard.writeText(text.value)}
      >
        {words().draft.copy}
      </button>
    </div>
  )
}
