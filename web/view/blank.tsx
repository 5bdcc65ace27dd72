// A place with nothing to show: what that means, and the one next step. [APP17]

import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import { isFocusLost } from './lost-focus.ts'

interface Props {
  readonly icon: IconName
  readonly title: string
  readonly hint: string
  /** The page's own title, where this is the whole page. */
  readonly heading?: 'h1' | 'h2'
  /** Takes the focus where what had it is gone, so that it is read out. [ACC3] */
  readonly replacing?: boolean
  readonly children?: ComponentChildren
}

export function Blank({ icon, title, hint, heading: Heading = 'h2', ...props }: Props) {
  const titled = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (props.replacing && isFocusLost()) titled.current?.focus()
  }, [])
  return (
    <div class="blank">
      <span class="blank-sign">
        <Icon name={icon} />
      </span>
      <Heading tabIndex={-1} ref={titled}>
        <bdi>{title}</bdi>
      </Heading>
      <p>{hint}</p>
      {props.children && <div class="blank-actions">{props.children}</div>}
    </div>
  )
}
