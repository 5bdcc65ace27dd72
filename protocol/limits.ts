// Every bound in the system, units last, each with its reason; those of accounts stand in account-limits.ts. [LIM]

/** One inbound frame. Four times the longest message, so only abuse meets it. [LIM1] */
export const frameBytesMax = 64 * 1024

/** A message, in Unicode code points: the count a composer can show and a server can repeat. [SND4] */
export const bodyCharactersMax = 4_000

/** The same message in UTF-8. 4,000 code points never exceed 16,000, so rows stay far below 2 MB. */
export const bodyBytesMax = 16 * 1024

/** How many messages a first visit is shown: two desktop screens. [SOK2] */
export const snapshotMessages = 50

/** A catch-up page: large enough that 10,000 changes are ten frames, small enough to stay lively. [SOK2] */
export const pageRowsMax = 1_000
export const pageBytesMax = 256 * 1024

/** What a client would rather replay than start afresh, where it names no `max` of its own. */
export const replayRowsDefault = 100_000

/** REST lists. [LIM4] */
export const listDefault = 50
export const listMax = 100

/** A REST body, counted as it streams. [LIM4] */
export const requestBytesMax = 64 * 1024

/** People one message can call by name; more is a call to everybody. [SND5] */
export const mentionsMax = 50

/** Kinds of reaction on one message, and all reactions of it: its row stays under 64 KiB. [SND7] */
export const reactionKindsMax = 50
export const reactionsMax = 1_000

/** Of each reaction, so many come with their names; a tooltip shows no more. */
export const reactorsNamedMax = 10

/** The longest emoji are families and flags of some ten code points. */
export const emojiUnitsMax = 40

/** A member's pause between messages: six hours at most. [LIM2] */
export const slowModeSecondsMax = 21_600

/** Beyond a year an edit window is no window. [SND6] */
export const editWindowSecondsMax = 31_536_000

/** A room of more members than this is a crowd, and joins and leaves quietly. [SOK15] */
export const quietMembersMax = 200

/** A token of ours has some 500 characters. */
export const accessTokenCharactersMax = 4_096

/** A person pasting thirty lines is let through, a loop is not. Per member and room. [LIM2] */
export const commandsBurst = 20
export const commandsPerSecond = 5

/** Typing and read marks, counted apart: they come by themselves. Per member and room. [LIM2] */
export const signsBurst = 10
export const signsPerSecond = 2

/** All members together: what one object is sure to store and tell. Beyond it sheds `busy`. [SOK16] */
export const roomCommandsPerSecond = 1_000

/** Whoever was turned away stays away at least this long. [SOK16] */
export const shedPauseMsMin = 100

/** How long the messages behind one that was told to wait, wait for it to come again. [ORD4] */
export const orderGraceMs = 2_000
export const outOfTurnPauseMs = 200

/** Refusals in a row after which a client is not hasty but hostile: closed `tooMany`. [LIM2] */
export const floodRefusalsMax = 100

/** How long a client closed as `tooMany` is asked to stay away. */
export const floodPauseMs = 30_000

/** Undecodable frames a socket may send; the last of them closes it. [SOK7] */
export const badFramesMax = 3

/** Tabs and devices of one member in one room; the oldest gives way. [LIM3] */
export const socketsPerMemberMax = 10

/** How long the socket that gave way is asked to stay away, or two tabs would take turns for ever. */
export const displacedPauseMs = 300_000

/** The platform's cap is 32,768; CPU and memory bind first. [LIM3] */
export const socketsPerRoomMax = 5_000

/** How long a client that met a full room is asked to wait. */
export const roomFullPauseMs = 30_000

/** What one stalled reader may pile up in the runtime before it is cut. [SOK8] */
export const backlogBytesMax = 1024 * 1024

/** The same over all sockets: 128 stalled readers of 1 MiB would already fill an isolate. */
export const backlogTotalBytesMax = 32 * 1024 * 1024

/** The longest a change may wait for company, whatever the size of the room. */
export const coalesceMsMax = 40

/** A socket's state must fit its attachment: 16 KiB by the platform, less by us. */
export const attachmentBytesMax = 4 * 1024

/** A token is asked to be renewed this long before its end. [SOK12] */
export const expiringNoticeMs = 60_000

/** Somebody is told gone this long after their last socket: a reload is no departure. [SOK9] */
export const departureGraceMs = 45_000

/**
 * A peer that has not even pinged for this long is gone. A page in the background may ping once a
 * minute; a look 88 s after the last sign finds any peer within 90. [SOK9]
 */
export const silentAfterMs = 80_000
export const silenceSweepMs = 88_000

/**
 * The time of a frame is kept for the next life of the object at most this often: what is lost and a
 * minute until the next ping are still no silence. [SOK9]
 */
export const heardKeptEveryMs = 15_000

/** Beyond so many online, presence is a number. [SOK] */
export const presenceNamesMax = 100

/** One member's typing is told at most this often, and of this many at a time. [SOK10] */
export const typingEveryMs = 3_000
export const typersToldMax = 8

/** A receiver forgets a typing sign after this long. [SOK10] */
export const typingExpiresMs = 6_000

/** Presence is told at most this often: a crowd that returns is one piece of news. [SOK9] */
export const presenceEveryMs = 250

/** Sign-ins asked about in one question, and how many a room remembers to have met. [AUT2] */
export const signInsAskedMax = 500
export const metSignInsMax = 20_000

/** Postgres away, it is asked again after twice this, then twice that; so many sign-ins wait for it. */
export const signInRetryMs = 1_000
export const signInsWaitingMax = 5_000

/** Read marks are told at most this often, and everybody's only in rooms of so many. [SND8] */
export const readsEveryMs = 1_000
export const readsMembersMax = 64

/** A room's storage holds 10 GB by the platform; warned of first, then sends are refused. */
export const storageWarnBytes = 8_000_000_000
export const storageBytesMax = 9_000_000_000

/** Messages read at once while a room is written out: a few milliseconds between two of its chunks. */
export const backupRowsMax = 500

/** Ends of long rows that an export holds before it lays them aside in one row, far below 2 MB. */
export const asideBytesMax = 512 * 1024

/** The longest line of an export: a message of 16 KiB, all of it escaped, with every reaction. */
export const exportLineCharactersMax = 262_144

/**
 * Messages looked at in one slice while somebody is forgotten, and those of them that it changes, all in
 * one rev: a few milliseconds, and far less than a page of the archive.
 */
export const forgetScanRows = 5_000
export const forgetSliceRows = 100

/** So many new messages go into the search index together: a few milliseconds. */
export const indexBatchRows = 100

/** Messages taken into a search index in one go: some 50 ms. */
export const indexSliceRows = 1_000

/** Names and texts of rooms. [LIM1] */
export const roomNameCharactersMin = 3
export const roomNameCharactersMax = 50
export const topicCharactersMax = 250

/** Counts of unread messages: two digits, or more than two digits. [SND8] */
export const unreadMax = 100

/** An invite lives a minute at least, or nobody could pass it on, and a year at most. */
export const inviteSecondsMin = 60
export const inviteSecondsMax = 31_536_000

/** Whoever has more guests than this leaves the number away. */
export const inviteUsesMax = 100_000

/** Bots in one room, and that one person has made: more is a farm. */
export const botsPerRoomMax = 20
export const botsPerPersonMax = 50

/** Rooms of one bot: its token names all of them. */
export const botRoomsMax = 20

/** How old what is told of a bot's last use may be: not every request is a row that is written. */
export const botUseKeptEveryMs = 60_000

/** Receivers of one room: each is sent all that happens. */
export const webhooksPerRoomMax = 10
export const webhookUrlCharactersMax = 2_000

/** One delivery: what common servers take without being told to. */
export const webhookRowsMax = 500
export const webhookBytesMax = 256 * 1024

/** Changes wait this long for company before a delivery. */
export const webhookDelayMs = 500

/** A receiver answers within this, or counts as away. */
export const webhookDeadlineMs = 5_000

/** Deliveries to one receiver in one go: a room that is never quiet must sleep, too. */
export const webhookStepsMax = 20

/** Should an object die while it delivers, it begins again after this. */
export const webhookLeaseMs = 30_000

/** After a failure the wait doubles from one to the other, with jitter. */
export const webhookBackoffMsMin = 5_000
export const webhookBackoffMsMax = 3_600_000

/** A receiver that has failed for three days is paused, until somebody looks at it. */
export const webhookRetryMsMax = 259_200_000

/** For a day after a new secret deliveries are signed with the one before, too. */
export const webhookRotationMs = 86_400_000

/** A silence ends; whoever should never write again is banned. */
export const muteMsMax = 31_536_000_000

/** Open invites of one person to one room; one more ends their oldest. */
export const invitesPerMemberMax = 50

/** A body of the platform's smaller plans: an export of some 300,000 messages. */
export const restoreBytesMax = 100_000_000

/** That body over a slow line; then the room is free for the next restore. */
export const restoreMsMax = 600_000

/** What an export may be ahead of our clock: a server that is a day wrong is mended first. */
export const exportClockSkewMs = 86_400_000

/** Search text in the directory. */
export const queryCharactersMax = 100

/** Postgres answers within this or counts as away. */
export const databaseDeadlineMs = 5_000

/** The archive's batch: one round trip, well under Neon's body limit. */
export const archiveRowsMax = 500

/** Batches in one go: a room that is never quiet must not hold its alarm for ever. */
export const archiveStepsMax = 20

/** Changes wait this long for company before a mirror write. [API5] */
export const archiveDelayMs = 1_000

/** Should an object die while it archives, it begins again after this. */
export const archiveLeaseMs = 30_000

/** A row Postgres refuses is tried so often, then left aside until it changes. [R15] */
export const parkedAfterTries = 5

/** Rows of a room's earlier lives removed in one go. */
export const forgetRowsMax = 5_000

/** How long somebody who joins, leaves or creates waits for their list of rooms to know it. */
export const archiveWaitMs = 1_000

/** The archive retries for ever, never more rarely than this. [API5] */
export const archiveBackoffMsMax = 30_000

/** A client probes a silent connection this often and gives it this long to answer. [CON2] */
export const pingEveryMs = 25_000
export const pongWithinMs = 8_000

/** What was counted waits so long for company before it is passed on: each series is a billed row. [OPS1] */
export const meterDelayMs = 5_000

/** A batch whose answer never came is sent again after this at the soonest. [OPS1] */
export const meterLeaseMs = 10_000

/** So long a batch is known by its id, should it come twice: its sender is gone long before. [OPS1] */
export const meterBatchKeptMs = 60 * 60_000

/** Series of the meter: all there can be are fewer, and a mistake of ours costs no more. [OPS1] */
export const meterSeriesMax = 10_000

/** How far back a greatest value looks: longer than scrapes are apart. [OPS1] */
export const meterPeakMs = 5 * 60_000
