// What a room's storage did while it was watched.

export interface Counted {
  readonly rowsRead: number
  /** By table; an index entry counts as a row of its table. */
  readonly rowsWritten: Readonly<Record<string, number>>
}
