// Which language the two ends speak.

/** Sent in every `welcome`. Raised only for a change an older client would misread. */
export const PROTOCOL_VERSION = 1

/** The `Sec-WebSocket-Protocol` value a client offers beside its token and the server selects. [SOK] */
export const SUBPROTOCOL = 'parley.v1'
