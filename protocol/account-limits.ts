// Bounds of accounts and sign-ins, units last, each with its reason; as in limits.ts. [LIM]

/** Accounts. [LIM1] An address is bounded by RFC 5321. */
export const emailCharactersMax = 254
export const usernameCharactersMin = 3
export const usernameCharactersMax = 32
export const displayNameCharactersMax = 64
export const bioCharactersMax = 500
export const phoneCharactersMax = 32
export const ageMin = 13
export const ageMax = 150

/** Passwords are judged by length; the upper bound keeps the hash's input small. [S14] */
export const passwordCharactersMin = 8
export const passwordCharactersMax = 128

/** The commonest of that length are refused: NIST SP 800-63B asks for a list, ASVS 6.2.4 for 3,000. */
export const commonPasswords = 3_000

/**
 * Wrong guesses that cost no wait: of an account, of all accounts from one address, and on a device
 * that the account knows. In a quarter of an hour; an office behind one address makes more. [API4]
 */
export const accountGuessesFree = 10
export const addressGuessesFree = 30
export const deviceGuessesFree = 10
export const guessesWindowMs = 15 * 60_000

/**
 * Each guess beyond waits twice as long as the one before, a quarter of an hour at most. Guesses of the
 * last hour are counted for it: so one name takes 50 an hour, and an account, by both its names, 100; and
 * 50 of those who are signed in to it, whatever they call it meanwhile.
 */
export const guessPauseMsMin = 1_000
export const guessesCountedMs = 60 * 60_000

/** Registration tells whether a name is taken, so nobody may ask it for long. An hour, an address. [API3] */
export const registrationsFree = 20
export const registrationsWindowMs = 60 * 60_000

/**
 * What one person does by hand never comes near these. A script's rooms would fill the directory, and each
 * of its names is a change in every room it is in. An hour. [LIM5]
 */
export const roomsMadeFree = 100
export const renamesFree = 30

/** Accounts that know one browser: a family's. The one that signed in longest ago is forgotten. */
export const deviceAccountsMax = 5

/** How long a browser keeps what makes it known: a year, which every sign-in begins anew. */
export const deviceSeconds = 31_536_000

/** How long somebody is asked to wait whose guesses could not be counted. */
export const uncountedPauseMs = 2_000

/**
 * Requests of one address in ten seconds, counted roughly, by the platform: an office that comes back
 * from a cut passes, a flood does not. The same figures stand in wrangler.toml.
 */
export const floodWindowMs = 10_000
export const floodRequestsMax = 500
export const floodAuthRequestsMax = 50

/** Tokens. [design 6] */
export const accessTokenSeconds = 15 * 60
export const refreshTokenSeconds = 30 * 24 * 60 * 60

/** A lost answer may be asked for again this long; later, a used refresh token is theft. [S12] */
export const refreshGraceSeconds = 10

/** A client asks again when a renewal was not answered within this, well inside that grace. [D-49] */
export const refreshAnswerWithinMs = 4_000

/** Sign-ins one person may hold; one more ends the oldest. [V-7] */
export const sessionsPerUserMax = 50

/** What is kept of a `User-Agent`, and of the place a sign-in came from: a line of a list each. */
export const userAgentCharactersMax = 200
export const placeCharactersMax = 80

/** How long the report of a deletion can be read, once it has ended. [S29] */
export const deletionReportDays = 30

/** Calls on rooms in one run of a deletion: a Worker may make a thousand requests. The sweep goes on. */
export const deletionCallsMax = 400

/** Rows of one kind that are read at once while an account is written out. */
export const accountExportRowsMax = 500

/** One export of an account at a time: an abandoned one is over after this long without a page. */
export const accountExportLeaseSeconds = 30

/** Bad sign-ins to one account that are written down, an hour: more tell nothing new, and fill the log. */
export const badSignInsAuditedPerHour = 20

/** What opens the figures for operators: 128 bits at least, however they are written, and no file. [OPS1] */
export const metricsTokenCharactersMin = 32
export const metricsTokenCharactersMax = 512
