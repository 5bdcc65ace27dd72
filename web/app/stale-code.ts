// A page kept open over a deploy asks for files that are gone: one reload brings the new ones. [CON6]

const KEY = 'parley:reloaded-for'

/** Once for each version of the page: a file that stays missing must not reload for ever. */
export function reloadWhenStale(): void {
  addEventListener('vite:preloadError', (event) => {
    const version = import.meta.url
    if (sessionStorage.getItem(KEY) === version) return
    sessionStorage.setItem(KEY, version)
    event.preventDefault()
    location.reload()
  })
}
