// A person in one small round sign: initials on a colour of their own.

import type { UserId } from '../../protocol/ids.ts'
import { hueOf, initials } from '../text/initials.ts'

/** Decoration: the name always stands beside it. [TML11] */
export function Avatar(props: { id: UserId; name: string; size?: 'small' | 'large' }) {
  return (
    <span
      class="avatar"
      data-size={props.size}
      aria-hidden="true"
      style={{ '--hue': String(hueOf(props.id)) }}
    >
      {initials(props.name)}
    </span>
  )
}
