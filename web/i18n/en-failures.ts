// What a person reads for each failure code: what happened, then what helps. No blame.

import type { FailureCode } from '../../protocol/failures.ts'

export const enFailures = {
  badFrame: 'Parley could not read that. Reload the page and try again.',
  malformed: 'Parley could not read that. Reload the page and try again.',
  invalid: 'Some fields need another look.',
  unauthenticated: 'Please log in again.',
  wrongCredentials: 'The name or the password is not right.',
  forbidden: 'You may not do this here.',
  wrongOrigin: 'This page may not do that. Open Parley at its own address.',
  notFound: 'There is nothing here, or you may not see it.',
  roomGone: 'This room was deleted.',
  methodNotAllowed: 'Parley does not offer that.',
  nameTaken: 'A public room has this name already. Try another.',
  emailTaken: 'This e-mail address has an account already. Log in instead?',
  usernameTaken: 'This username is taken. Try another.',
  idConflict: 'This was sent before with other words. Send it again as a new message.',
  ownerLeaves: 'You own this room, so you cannot leave it.',
  tooLarge: 'That is too long to send.',
  unsupportedMedia: 'Parley could not read that. Reload the page and try again.',
  upgradeRequired: 'Parley could not connect. Reload the page and try again.',
  unsupportedProtocol: 'Parley was updated. Reload the page to go on.',
  tooSlow: 'The connection could not keep up. Parley is connecting again.',
  rateLimited: 'That was a little fast. Wait a moment, then try again.',
  tooMany: 'Too many tries at once. Wait a moment, then try again.',
  roomFull: 'This room is full right now. Parley keeps trying.',
  busy: 'The room is busy. Try again in a moment.',
  unavailable: 'Parley cannot be reached. Check your connection and try again.',
  internal: 'Something went wrong on our side. Try again in a moment.',
} as const satisfies Record<FailureCode, string>
