// `/users/{id}`: who somebody is; for oneself also what only oneself may see. [APP10]

import { useRoute } from 'preact-iso/router'
import { safeParse } from 'valibot'
import type { Account, Profile } from '../../../protocol/api/accounts.ts'
import { UserId } from '../../../protocol/ids.ts'
import { longDate } from '../../i18n/format.ts'
import { words } from '../../i18n/words.ts'
import { Avatar } from '../../view/avatar.tsx'
import { LoadFailed } from '../load-failed.tsx'
import { useLoaded } from '../loaded.ts'
import { PageBar } from '../page-bar.tsx'
import { PageSkeleton } from '../page-skeleton.tsx'
import { usePageTitle } from '../page-title.ts'
import { useServices } from '../services.ts'
import { SignedIn } from '../signed-in.tsx'
import { NotFound } from './not-found.tsx'

export default function User() {
  const { params } = useRoute()
  const id = safeParse(UserId, params['userId'])
  if (!id.success) return <NotFound />
  return (
    <SignedIn>
      {(account) =>
        account.id === id.output ? (
          <Card profile={account} own={account} />
        ) : (
          <Other key={id.output} id={id.output} />
        )
      }
    </SignedIn>
  )
}

function Other({ id }: { id: UserId }) {
  const { api } = useServices()
  const [loaded, retry] = useLoaded(id, () => api.profile(id))
  if (loaded.state === 'loading') return <PageSkeleton />
  if (loaded.state === 'ready') return <Card profile={loaded.value} own={null} />
  if (loaded.code === 'notFound') return <NotFound />
  return <LoadFailed code={loaded.code} heading="h1" onRetry={retry} />
}

function Card({ profile, own }: { profile: Profile; own: Account | null }) {
  const text = words().profile
  usePageTitle(profile.displayName)
  return (
    <>
      <PageBar title={text.title} />
      <article class="page profile">
        <Avatar id={profile.id} name={profile.displayName} size="large" />
        <h2>
          <bdi>{profile.displayName}</bdi>
        </h2>
        <p class="muted">
          <bdi>@{profile.username}</bdi>
        </p>
        <p class="profile-bio" dir="auto">
          {profile.bio ?? <span class="muted">{text.noBio}</span>}
        </p>
        <p class="badge">{text.memberSince(longDate(Date.parse(profile.createdAt)))}</p>
        {own && <Own account={own} />}
      </article>
    </>
  )
}

function Own({ account }: { account: Account }) {
  const text = words().profile
  const facts = [
    [text.email, account.email],
    [text.phone, account.phone],
    [text.age, account.age],
  ].filter(([, value]) => value !== null)
  return (
    <section class="profile-own" aria-labelledby="only-you">
      <h3 id="only-you">{text.onlyYou}</h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <a class="button" href="/settings">
        {text.edit}
      </a>
    </section>
  )
}
