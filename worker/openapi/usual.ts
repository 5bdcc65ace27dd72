// How whole groups of routes may fail, so that each names only what is its own.

/** Whatever asks Postgres. */
export const ofPostgres = ['unavailable'] as const

/** Whatever asks a room: it may be gone, closed to the caller, or have too much to do. */
export const ofRooms = [
  'notFound',
  'roomGone',
  'forbidden',
  'banned',
  'rateLimited',
  'busy',
  'unavailable',
] as const
