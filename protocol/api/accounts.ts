// Accounts and sign-ins over HTTP: what goes in, what comes out.

import * as v from 'valibot'
import {
  ageMax,
  ageMin,
  bioCharactersMax,
  displayNameCharactersMax,
  emailCharactersMax,
  passwordCharactersMax,
  passwordCharactersMin,
  phoneCharactersMax,
  usernameCharactersMax,
  usernameCharactersMin,
} from '../account-limits.ts'
import { SessionId, UserId } from '../ids.ts'
import { name, prose, text } from '../text.ts'
import { IsoTime } from './moment.ts'

export const Email = v.pipe(
  text(3, emailCharactersMax),
  v.regex(/^[^\s@<>"(),:;[\]\\]+@[^\s@.]+(\.[^\s@.]+)+$/, 'must be an e-mail address'),
)

/** Letters and digits of any script, and `_ . -` between them: nothing hidden, no look-alike of blanks or markup. */
export const Username = v.pipe(
  text(usernameCharactersMin, usernameCharactersMax),
  v.regex(
    /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}])?$/u,
    'may hold letters, digits and _ . -',
  ),
)

/** Never trimmed, never truncated, any characters. [S14] */
export const Password = v.pipe(
  v.string(),
  v.maxLength(passwordCharactersMax * 2, `must be at most ${passwordCharactersMax} characters`),
  v.check((value) => value.isWellFormed(), 'must be well-formed text'),
  v.check(
    (value) => [...value].length >= passwordCharactersMin,
    `must be at least ${passwordCharactersMin} characters`,
  ),
  v.check(
    (value) => [...value].length <= passwordCharactersMax,
    `must be at most ${passwordCharactersMax} characters`,
  ),
)

export const DisplayName = name(1, displayNameCharactersMax)

export const Phone = v.pipe(
  text(5, phoneCharactersMax),
  v.regex(/^\+?[\d\s().-]+$/, 'may hold digits, blanks and + ( ) . -'),
)

const Age = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(ageMin, `must be at least ${ageMin}`),
  v.maxValue(ageMax, `must be at most ${ageMax}`),
)

const Bio = prose(1, bioCharactersMax)

export const GlobalRole = v.picklist(['user', 'admin'])
export type GlobalRole = v.InferOutput<typeof GlobalRole>

/** `cookie` keeps the refresh token out of reach of scripts; `body` is for clients that are no browser. */
export const Transport = v.optional(v.picklist(['cookie', 'body']), 'cookie')

export const RegisterRequest = v.strictObject({
  email: Email,
  username: Username,
  password: Password,
  displayName: v.optional(DisplayName),
  phone: v.optional(Phone),
  age: v.optional(Age),
  bio: v.optional(Bio),
  transport: Transport,
})
export type RegisterRequest = v.InferOutput<typeof RegisterRequest>

/** One that is compared: whether it might be chosen today is not asked. */
export const ShownPassword = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(passwordCharactersMax * 2),
)

/** `login` is an e-mail address or a username. Nothing here is judged, so nothing is told. [API3] */
export const LoginRequest = v.strictObject({
  login: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(emailCharactersMax)),
  password: ShownPassword,
  transport: Transport,
})
export type LoginRequest = v.InferOutput<typeof LoginRequest>

/** `refreshToken` for API clients; the app sends its cookie. */
export const RefreshRequest = v.strictObject({
  refreshToken: v.optional(v.pipe(v.string(), v.maxLength(512))),
})
export type RefreshRequest = v.InferOutput<typeof RefreshRequest>

export const LogoutRequest = v.strictObject({
  everywhere: v.optional(v.boolean(), false),
  refreshToken: v.optional(v.pipe(v.string(), v.maxLength(512))),
})

/** `live: true` also asks Postgres whether the sign-in still stands. [AUT1] */
export const ValidateRequest = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(8192)),
  live: v.optional(v.boolean(), false),
})

/** `current` is the one that goes. All other sign-ins end with it. [V-13] */
export const PasswordRequest = v.strictObject({ current: ShownPassword, next: Password })
export type PasswordRequest = v.InferOutput<typeof PasswordRequest>

/** PATCH: an absent field stays, `null` clears. [D-38] Another `email` takes the `password`, too. */
export const ProfilePatch = v.strictObject({
  displayName: v.optional(DisplayName),
  username: v.optional(Username),
  phone: v.optional(v.nullable(Phone)),
  age: v.optional(v.nullable(Age)),
  bio: v.optional(v.nullable(Bio)),
  email: v.optional(Email),
  password: v.optional(ShownPassword),
})
export type ProfilePatch = v.InferOutput<typeof ProfilePatch>

/** What an admin changes of somebody else; of themselves it is what anybody may. [D-23] */
export const AccountPatch = v.strictObject({
  ...ProfilePatch.entries,
  role: v.optional(GlobalRole),
  suspended: v.optional(v.boolean()),
})
export type AccountPatch = v.InferOutput<typeof AccountPatch>

/** Oneself. */
export const Account = v.object({
  id: UserId,
  username: v.string(),
  displayName: v.string(),
  email: v.string(),
  phone: v.nullable(v.string()),
  age: v.nullable(v.number()),
  bio: v.nullable(v.string()),
  role: GlobalRole,
  createdAt: IsoTime,
})
export type Account = v.InferOutput<typeof Account>

/** Anybody, to an admin. */
export const AdminAccount = v.object({
  ...Account.entries,
  /** Null: they may sign in. */
  suspendedAt: v.nullable(IsoTime),
})
export type AdminAccount = v.InferOutput<typeof AdminAccount>

/** Anybody else: no address, no phone, no age. [S7] */
export const Profile = v.object({
  id: UserId,
  username: v.string(),
  displayName: v.string(),
  bio: v.nullable(v.string()),
  createdAt: IsoTime,
})
export type Profile = v.InferOutput<typeof Profile>

export const SignedIn = v.object({
  user: Account,
  accessToken: v.string(),
  accessTokenExpiresAt: IsoTime,
  /** Only with `transport: "body"`. */
  refreshToken: v.optional(v.string()),
  refreshTokenExpiresAt: IsoTime,
})
export type SignedIn = v.InferOutput<typeof SignedIn>

export const Validated = v.object({
  user: v.object({ id: UserId, username: v.string(), displayName: v.string() }),
  sessionId: SessionId,
  role: GlobalRole,
  expiresAt: IsoTime,
})
export type Validated = v.InferOutput<typeof Validated>
