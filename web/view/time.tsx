// A moment: short to read, whole on hover, exact for machines. [TML6]

import { clockTime, fullTime } from '../i18n/format.ts'

export function Time({
  atMs,
  show = clockTime,
}: {
  atMs: number
  show?: (atMs: number) => string
}) {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={fullTime(atMs)}>
      {show(atMs)}
    </time>
  )
}
