// A page whose code comes when it is wanted; where it does not come, the shell stays and one may try again.

import type { ComponentType } from 'preact'
import { useRef } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { LoadFailed } from './load-failed.tsx'
import { useLoaded } from './loaded.ts'
import { PageSkeleton } from './page-skeleton.tsx'
import { reloadWhenStale } from './stale-code.ts'

type Load = () => Promise<{ readonly default: ComponentType }>

/** The library asks once and keeps the answer, so a page that did not come is one that asks again. */
export function lazyPage(load: Load) {
  const Missing = () => <MissingPage load={load} />
  return lazy<ComponentType>(() => load().catch(() => ({ default: Missing })))
}

/** Drawn only when somebody came here: a page fetched ahead in vain never reloads what one reads. */
function MissingPage({ load }: { load: Load }) {
  const asked = useRef(false)
  const [loaded, retry] = useLoaded('page', () =>
    load().catch((cause: unknown) => reloadWhenStale(cause, { asked: asked.current })),
  )
  if (loaded.state === 'loading') return <PageSkeleton />
  if (loaded.state === 'failed') {
    const tryAgain = () => {
      asked.current = true
      retry()
    }
    return <LoadFailed code={loaded.code} heading="h1" onRetry={tryAgain} />
  }
  const Page = loaded.value.default
  return <Page />
}
