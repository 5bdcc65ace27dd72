// Grey lines where a page will be, once the wait is worth mentioning. [APP17]

import { words } from '../i18n/words.ts'
import { SKELETON_AFTER_MS } from '../view/timeline-skeleton.tsx'
import { useAfter } from '../view/use-after.ts'

export function PageSkeleton() {
  if (!useAfter(SKELETON_AFTER_MS)) return null
  return (
    <div class="page">
      <p class="visually-hidden" role="status">
        {words().app.loading}
      </p>
      <RowSkeletons />
    </div>
  )
}

export function RowSkeletons({ rows = 5 }: { rows?: number }) {
  if (!useAfter(SKELETON_AFTER_MS)) return null
  return (
    <div aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <div class="room-skeleton" key={index}>
          <span class="skeleton" />
          <span class="skeleton" />
        </div>
      ))}
    </div>
  )
}
