// Whether this browser was signed in last time: decides what to draw before the server has said.

const KEY = 'parley:signed-in'

/** A guess and no right: it only spares visitors a wait and members a flash of the front page. */
export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(KEY) !== null
  } catch {
    return false // Storage is refused in some private windows.
  }
}

export function rememberSignedIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(KEY, '1')
    else localStorage.removeItem(KEY)
  } catch {
    // The next visit waits a moment longer.
  }
}
