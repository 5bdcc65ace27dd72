// What the Worker asks of the objects that count guesses.

/** What is counted: wrong guesses of three kinds of subject, an address's registrations, and a person's deeds. */
export type Tries = 'account' | 'address' | 'device' | 'registration' | 'roomMade' | 'rename'

export interface GuardCalls {
  /**
   * Counts a try before it is made, and answers 0; or counts nothing, and answers how many milliseconds
   * to wait. `id` is the caller's own: asked again with it, the answer is 0 and nothing is counted.
   */
  reserve(tries: Tries, id: string): Promise<number>

  /** The try was no guess, or a right one: it counts no more. */
  giveBack(id: string): Promise<void>
}
