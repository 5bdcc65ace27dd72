// The front page: what Parley is, for whoever is not signed in. [APP1]

import { words } from '../../i18n/words.ts'
import { Avatar } from '../../view/avatar.tsx'
import { useLoaded } from '../loaded.ts'
import { PageSkeleton } from '../page-skeleton.tsx'
import { usePageTitle } from '../page-title.ts'
import { RoomCard } from '../room-card.tsx'
import { useServices } from '../services.ts'
import { wasSignedIn } from '../sign-in-hint.ts'
import { Redirect } from '../signed-in.tsx'
import { previewPeople } from './home-preview.ts'

const ROOMS_SHOWN = 5

export function Home() {
  const session = useServices().session.state.value
  const text = words().home
  usePageTitle(text.title)
  if (session.state === 'signedIn') return <Redirect to="/rooms" />
  if (session.state === 'unknown' && wasSignedIn()) return <PageSkeleton />
  return (
    <div class="home">
      <div class="hero">
        <div class="hero-words">
          <h1 tabIndex={-1}>{text.title}</h1>
          <p class="hero-lead">{text.lead}</p>
          <div class="hero-actions">
            <a class="button-primary" href="/register">
              {words().nav.register}
            </a>
            <a class="button" href="/login">
              {words().nav.login}
            </a>
          </div>
        </div>
        <Preview />
      </div>
      <ul class="facts">
        {text.facts.map((fact) => (
          <li key={fact.title}>
            <h2>{fact.title}</h2>
            <p>{fact.text}</p>
          </li>
        ))}
      </ul>
      <PublicRooms />
    </div>
  )
}

/** A picture made of the real thing's styles: no image to load, right in both themes. */
function Preview() {
  const { label, lines } = words().home.preview
  return (
    <div class="preview" role="img" aria-label={label}>
      {lines.map((line, index) => (
        <div class="message" data-leads data-own={index === 1 || undefined} key={line.text}>
          <div class="message-margin">
            <Avatar id={previewPeople[index % 2] ?? previewPeople[0]} name={line.name} />
          </div>
          <div class="message-content">
            <div class="message-head">
              <span class="author">{line.name}</span>
            </div>
            <p class="message-text">{line.text}</p>
          </div>
        </div>
      ))}
    </div>
  )
}

function PublicRooms() {
  const { api } = useServices()
  const [loaded] = useLoaded('directory', () => api.directory({ limit: ROOMS_SHOWN }))
  const text = words().home
  if (loaded.state !== 'ready') return null // The page says enough without them.
  const { rooms } = loaded.value
  return (
    <section class="home-rooms" aria-labelledby="home-rooms">
      <div class="home-rooms-head">
        <h2 id="home-rooms">{text.rooms}</h2>
        {rooms.length > 0 && (
          <a class="button-quiet" href="/directory">
            {text.allRooms}
          </a>
        )}
      </div>
      {rooms.length === 0 ? (
        <p class="muted">{text.noRooms}</p>
      ) : (
        <ul class="cards">
          {rooms.map((room) => (
            <RoomCard key={room.id} room={room} />
          ))}
        </ul>
      )}
    </section>
  )
}
