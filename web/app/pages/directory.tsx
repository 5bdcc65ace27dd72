// The public rooms, readable by everyone, searched as one types. [APP6]

import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso/router'
import { queryCharactersMax } from '../../../protocol/limits.ts'
import { words } from '../../i18n/words.ts'
import { Blank } from '../../view/blank.tsx'
import { Icon } from '../../view/icon.tsx'
import { LoadFailed } from '../load-failed.tsx'
import { NewRoom } from '../new-room.tsx'
import { PageBar } from '../page-bar.tsx'
import { RowSkeletons } from '../page-skeleton.tsx'
import { usePageTitle } from '../page-title.ts'
import { pagedList } from '../paged-list.ts'
import { RoomCard } from '../room-card.tsx'
import { isSearchable } from '../searchable.ts'
import { useServices } from '../services.ts'

/** Typing goes on for less than this between two keys. */
const PAUSE_MS = 200

export default function Directory() {
  const { route } = useLocation()
  const { query } = useRoute()
  const { session } = useServices()
  const typed = useSignal(query['query'] ?? '')
  const text = words().directory
  usePageTitle(text.title)
  useEffect(() => {
    const timer = setTimeout(() => {
      const wanted = isSearchable(typed.value) ? typed.value.trim() : ''
      if (wanted === (query['query'] ?? '')) return
      route(wanted ? `/directory?query=${encodeURIComponent(wanted)}` : '/directory', true)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed.value])
  return (
    <>
      {session.state.value.state === 'signedIn' && <PageBar title={text.title} />}
      <div class="page">
        {session.state.value.state !== 'signedIn' && (
          <h1 class="page-title" tabIndex={-1}>
            {text.title}
          </h1>
        )}
        <p class="muted page-lead">{text.lead}</p>
        <div class="input-frame directory-search" data-leading>
          <Icon name="search" />
          <input
            type="search"
            class="input"
            placeholder={text.search}
            aria-label={text.search}
            maxLength={queryCharactersMax}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
          />
        </div>
        <Found query={query['query'] ?? ''} />
      </div>
    </>
  )
}

function Found({ query }: { query: string }) {
  const { api, session } = useServices()
  const person = session.state.value.state
  const list = useMemo(() => pagedList((cursor) => api.directory({ query, cursor })), [query])
  // Once more when one has logged in: the cards then tell which rooms one is in.
  useEffect(() => {
    if (person !== 'unknown') void list.reload()
  }, [list, person])

  const listed = list.listed.value
  if (listed.state === 'loading') return <RowSkeletons />
  if (listed.state === 'failed') {
    return <LoadFailed code={listed.code} onRetry={() => void list.reload()} />
  }
  if (listed.rooms.length === 0) return <Nothing query={query} />
  return (
    <>
      <ul class="cards">
        {listed.rooms.map((room) => (
          <RoomCard key={room.id} room={room} />
        ))}
      </ul>
      {listed.next !== null && (
        <div class="more-row">
          <button type="button" class="button" onClick={() => void list.more()}>
            {words().directory.more}
          </button>
        </div>
      )}
    </>
  )
}

/** Nothing found is a name still free. */
function Nothing({ query }: { query: string }) {
  const { session } = useServices()
  const creating = useSignal(false)
  const text = words().directory
  const signedIn = session.state.value.state === 'signedIn'
  return (
    <Blank
      icon={query ? 'search' : 'compass'}
      title={query ? text.nothing(query) : text.empty}
      hint={query ? text.nothingHint : text.emptyHint}
    >
      {signedIn ? (
        <button
          type="button"
          class="button-primary"
          onClick={() => {
            creating.value = true
          }}
        >
          <Icon name="plus" />
          {query ? text.createNamed(query) : words().rooms.create}
        </button>
      ) : (
        <a class="button-primary" href="/register">
          {words().nav.register}
        </a>
      )}
      {creating.value && (
        <NewRoom
          name={query}
          onClose={() => {
            creating.value = false
          }}
        />
      )}
    </Blank>
  )
}
