// A place with nothing to show: what that means, and the one next step. [APP17]

import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface Props {
  readonly icon: IconName
  readonly title: string
  readonly hint: string
  /** The page's own title, where this is the whole page. */
  readonly heading?: 'h1' | 'h2'
  readonly children?: ComponentChildren
}

export function Blank({ icon, title, hint, heading: Heading = 'h2', children }: Props) {
  return (
    <div class="blank">
      <span class="blank-sign">
        <Icon name={icon} />
      </span>
      <Heading tabIndex={-1}>
        <bdi>{title}</bdi>
      </Heading>
      <p>{hint}</p>
      {children && <div class="blank-actions">{children}</div>}
    </div>
  )
}
