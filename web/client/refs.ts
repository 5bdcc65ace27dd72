// The numbers of commands: each kind counts from a start of its own, so far apart that none meet.

export const firstRef = {
  send: 1,
  deed: 2 ** 40,
  sync: 2 ** 50,
  auth: 2 ** 51,
} as const

/** Which kind a refusal or an `ok` answers. */
export function kindOf(ref: number): keyof typeof firstRef {
  if (ref >= firstRef.auth) return 'auth'
  if (ref >= firstRef.sync) return 'sync'
  return ref >= firstRef.deed ? 'deed' : 'send'
}
