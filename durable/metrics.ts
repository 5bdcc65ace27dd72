// What is counted, each figure with its one meaning. The endpoint offers no other, and the dashboard
// and the alerts ask for no other. [OPS1, D-47]

interface Metric {
  /** A counter's samples end in `_total`, as OpenMetrics wants. */
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'histogram' | 'peak'
  /** Every value is one of a few that we write ourselves: no id, no address, nobody's text. */
  readonly labels: readonly string[]
}

/** Upper bounds in seconds, for what a request takes and how long the mirror may lag. */
export const buckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
] as const

export const metrics = {
  requests: {
    ...{ kind: 'histogram', name: 'parley_http_request_duration_seconds' },
    help: 'Requests answered, by how long the Worker took; its count is the number of requests.',
    labels: ['route', 'method', 'status'],
  },
  errors: {
    ...{ kind: 'counter', name: 'parley_http_errors' },
    help: 'Requests that were answered with a problem, by its code.',
    labels: ['code'],
  },
  validations: {
    ...{ kind: 'counter', name: 'parley_token_validations' },
    help: 'Tokens shown to /auth/validate: valid, invalid, or ended by now.',
    labels: ['outcome'],
  },
  signIns: {
    ...{ kind: 'counter', name: 'parley_sign_ins' },
    help: 'Tries to sign in with a password: admitted, or the code of why not.',
    labels: ['outcome'],
  },
  roomsCreated: {
    ...{ kind: 'counter', name: 'parley_rooms_created' },
    help: 'Rooms whose object was opened for the first time.',
    labels: [],
  },
  roomsDeleted: {
    ...{ kind: 'counter', name: 'parley_rooms_deleted' },
    help: 'Rooms whose object was erased, whoever asked for it.',
    labels: [],
  },
  searches: {
    ...{ kind: 'counter', name: 'parley_searches' },
    help: 'Searches that were answered: in one room, or in all of somebody’s.',
    labels: ['scope'],
  },
  limits: {
    ...{ kind: 'counter', name: 'parley_limits_hit' },
    help: 'Times that somebody was told to wait, by the budget that was spent.',
    labels: ['budget'],
  },
  socketsOpened: {
    ...{ kind: 'counter', name: 'parley_sockets_opened' },
    help: 'Room sockets that were let in.',
    labels: [],
  },
  socketsClosed: {
    ...{ kind: 'counter', name: 'parley_sockets_closed' },
    help: 'Room sockets that ended, by close code; 1006 without one.',
    labels: ['code'],
  },
  framesRefused: {
    ...{ kind: 'counter', name: 'parley_frames_refused' },
    help: 'Frames of clients that a room refused, of any type, by code.',
    labels: ['code'],
  },
  messagesAccepted: {
    ...{ kind: 'counter', name: 'parley_messages_accepted' },
    help: 'New messages that were written, by socket or HTTP; a repeat is none.',
    labels: [],
  },
  messagesRefused: {
    ...{ kind: 'counter', name: 'parley_messages_refused' },
    help: 'Messages that a room refused, by socket or HTTP, by code.',
    labels: ['code'],
  },
  deliveries: {
    ...{ kind: 'counter', name: 'parley_deliveries' },
    help: 'Frames of live changes sent, one for each socket.',
    labels: [],
  },
  mirrorLag: {
    ...{ kind: 'histogram', name: 'parley_mirror_lag_seconds' },
    help: 'Runs of the mirror that had something to write, by how long Postgres had lacked it at the end.',
    labels: [],
  },
  mirrorLagMax: {
    ...{ kind: 'peak', name: 'parley_mirror_lag_max_seconds' },
    help: 'The longest lag at the end of any run of the mirror in the last five minutes.',
    labels: [],
  },
  mirrorBatches: {
    ...{ kind: 'counter', name: 'parley_mirror_batches' },
    help: 'Batches of rows for Postgres: written, or failed and to come again.',
    labels: ['outcome'],
  },
  webhooks: {
    ...{ kind: 'counter', name: 'parley_webhook_deliveries' },
    help: 'Calls of webhooks: delivered, or failed and to come again.',
    labels: ['outcome'],
  },
  deletionsFinished: {
    ...{ kind: 'counter', name: 'parley_deletions_finished' },
    help: 'Deletions of accounts that came to their end, in every room.',
    labels: [],
  },
} as const satisfies Record<string, Metric>

export type MetricKey = keyof typeof metrics

type OfKind<Kind extends Metric['kind']> = {
  [Key in MetricKey]: (typeof metrics)[Key]['kind'] extends Kind ? Key : never
}[MetricKey]
export type Counter = OfKind<'counter'>
export type Histogram = OfKind<'histogram'>
export type Peak = OfKind<'peak'>

export type LabelsOf<Key extends MetricKey> = Readonly<
  Record<(typeof metrics)[Key]['labels'][number], string>
>
