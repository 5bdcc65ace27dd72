// A modal dialog: the browser's own, so focus, Esc and the page behind are its business. [ACC3]

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { words } from '../i18n/words.ts'
import { Icon } from '../view/icon.tsx'

interface Props {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}

export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close() // Before it is taken away: only a close gives the focus back.
  }, [])
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
      {/* Last, though drawn at the top: the first control has the focus, and it is not this one. */}
      <button
        type="button"
        class="icon-button dialog-close"
        aria-label={words().app.close}
        onClick={() => dialog.current?.close()}
      >
        <Icon name="close" />
      </button>
    </dialog>
  )
}
