// The table of pages. Each is loaded when it is first visited; the front door comes with the app.

import { useEffect } from 'preact/hooks'
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router'
import { CrashBoundary } from './crash.tsx'
import { lazyPage } from './lazy-page.tsx'
import { focusHeading } from './page-title.ts'
import { Home } from './pages/home.tsx'
import { Login } from './pages/login.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Rooms } from './pages/rooms.tsx'
import { type Services, ServicesProvider, useServices } from './services.ts'
import { Shell } from './shell.tsx'

const Register = lazyPage(() => import('./pages/register.tsx'))
const Directory = lazyPage(() => import('./pages/directory.tsx'))
const Room = lazyPage(() => import('./pages/room.tsx'))
const Settings = lazyPage(() => import('./pages/settings.tsx'))
const User = lazyPage(() => import('./pages/user.tsx'))

/** By then the first page has asked for what it shows. */
const AHEAD_MS = 1_000

export function App({ services }: { services: Services }) {
  return (
    <ServicesProvider value={services}>
      <LocationProvider>
        <Shell>
          <Pages />
        </Shell>
      </LocationProvider>
    </ServicesProvider>
  )
}

function Pages() {
  const { path } = useLocation()
  usePagesAhead()
  return (
    <CrashBoundary place={path}>
      <Router onRouteChange={focusHeading}>
        <Route path="/" component={Home} />
        <Route path="/login" component={Login} />
        <Route path="/register" component={Register} />
        <Route path="/rooms" component={Rooms} />
        <Route path="/rooms/:roomId" component={Room} />
        <Route path="/directory" component={Directory} />
        <Route path="/settings" component={Settings} />
        <Route path="/users/:userId" component={User} />
        <Route default component={NotFound} />
      </Router>
    </CrashBoundary>
  )
}

/** Where members go next is fetched while they read, so that it opens at once, even offline. */
function usePagesAhead(): void {
  const signedIn = useServices().session.state.value.state === 'signedIn'
  useEffect(() => {
    if (!signedIn) return
    const timer = setTimeout(
      () => void Promise.all([Room.preload(), Directory.preload()]),
      AHEAD_MS,
    )
    return () => clearTimeout(timer)
  }, [signedIn])
}
