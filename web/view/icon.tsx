// The app's one set of icons: 20 px, 1.5 px strokes, mirrored where they point. [LOOK2]

import arrowDown from 'lucide-static/icons/arrow-down.svg'
import back from 'lucide-static/icons/arrow-left.svg'
import arrowUp from 'lucide-static/icons/arrow-up.svg'
import check from 'lucide-static/icons/check.svg'
import alert from 'lucide-static/icons/circle-alert.svg'
import todo from 'lucide-static/icons/circle-dashed.svg'
import clock from 'lucide-static/icons/clock.svg'
import compass from 'lucide-static/icons/compass.svg'
import copy from 'lucide-static/icons/copy.svg'
import show from 'lucide-static/icons/eye.svg'
import hide from 'lucide-static/icons/eye-off.svg'
import globe from 'lucide-static/icons/globe.svg'
import hash from 'lucide-static/icons/hash.svg'
import lock from 'lucide-static/icons/lock.svg'
import logout from 'lucide-static/icons/log-out.svg'
import messages from 'lucide-static/icons/messages-square.svg'
import details from 'lucide-static/icons/panel-right.svg'
import plus from 'lucide-static/icons/plus.svg'
import retry from 'lucide-static/icons/rotate-cw.svg'
import search from 'lucide-static/icons/search.svg'
import send from 'lucide-static/icons/send-horizontal.svg'
import settings from 'lucide-static/icons/settings.svg'
import trash from 'lucide-static/icons/trash-2.svg'
import person from 'lucide-static/icons/user.svg'
import people from 'lucide-static/icons/users.svg'
import offline from 'lucide-static/icons/wifi-off.svg'
import close from 'lucide-static/icons/x.svg'
import { h } from 'preact'

const icons = {
  alert,
  arrowDown,
  arrowUp,
  back,
  check,
  clock,
  close,
  compass,
  copy,
  details,
  globe,
  hash,
  hide,
  lock,
  logout,
  messages,
  offline,
  people,
  person,
  plus,
  retry,
  search,
  send,
  settings,
  show,
  todo,
  trash,
}

export type IconName = keyof typeof icons

const pointing: ReadonlySet<IconName> = new Set<IconName>(['back', 'details', 'logout', 'send'])

/** Always beside words or inside a named control, so it is hidden from screen readers. [ACC3] */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg
      class={small ? 'icon icon-small' : 'icon'}
      data-points={pointing.has(name) || undefined}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      {icons[name].map(([tag, attributes]) => h(tag, { key: attributes['d'], ...attributes }))}
    </svg>
  )
}
