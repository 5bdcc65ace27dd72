// A part that threw is replaced by a way on; the rest keeps working. [APP15]

import { Component, type ComponentChildren } from 'preact'
import { words } from '../i18n/words.ts'
import { Blank } from '../view/blank.tsx'

interface Props {
  readonly children: ComponentChildren
  /** Another place is another chance. */
  readonly place: string
}

export class CrashBoundary extends Component<Props, { crashedAt: string | null }> {
  override state = { crashedAt: null }

  override componentDidCatch(error: unknown) {
    reportError(error)
    this.setState({ crashedAt: this.props.place })
  }

  override render({ children, place }: Props, { crashedAt }: { crashedAt: string | null }) {
    if (crashedAt !== place) return children
    return (
      <Blank icon="alert" title={words().app.crashed} hint={words().app.crashedHint} heading="h1">
        <button type="button" class="button-primary" onClick={() => location.reload()}>
          {words().app.reload}
        </button>
      </Blank>
    )
  }
}
