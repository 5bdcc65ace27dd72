// What a client shows of itself, and what the platform says of it, beside what it asks.

export interface Client {
  /** What it says of itself: for the list of a person's sign-ins. */
  readonly device: string
  /** About where it is; never a whole address. Null: not known. */
  readonly place: string | null
  /** Whose tries are counted together. Null where the platform names none. [V-23] */
  readonly address: string | null
  /** What `rememberDevice` made for it, at some time. */
  readonly marks: string | undefined
}
