// The numbers of commands: each kind counts from a start of its own, so far apart that none meet.

export const firstRef = {
  send: 1,
  deed: 2 ** 40,
  sync: 2 ** 50,
  auth: 2 ** 51,
} as const
