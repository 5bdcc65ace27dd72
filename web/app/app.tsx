// The table of pages. Each is loaded when it is first visited; the front door comes with the app.

import lazy from 'preact-iso/lazy'
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router'
import { CrashBoundary } from './crash.tsx'
import { focusHeading } from './page-title.ts'
import { Home } from './pages/home.tsx'
import { Login } from './pages/login.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Rooms } from './pages/rooms.tsx'
import { type Services, ServicesProvider } from './services.ts'
import { Shell } from './shell.tsx'

const Register = lazy(() => import('./pages/register.tsx'))
const Directory = lazy(() => import('./pages/directory.tsx'))
const Room = lazy(() => import('./pages/room.tsx'))
const Settings = lazy(() => import('./pages/settings.tsx'))
const User = lazy(() => import('./pages/user.tsx'))

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
