// What a plain message costs in rows written, as the storage itself counts them.

import { uuidv7 } from 'uuidv7'
import type { RoomId } from '../../protocol/ids.ts'
import type { Parley, Person } from '../../test/support/parley.ts'
import { waitMs } from './clock.ts'
import { rowsOf } from './filled.ts'

const messages = 200

/** Changes wait a second for company; two more are plenty for the few hundred here. */
const archiveRestMs = 3_000

/** Written when the mirror runs, however many messages it takes with it. */
const mirrorTables = ['agenda', 'mirror']

/** Rows a message: of the message itself, and of the mirroring of all of them. */
export async function plainMessages(server: Parley, room: RoomId, person: Person) {
  const { rowsWritten } = await rowsOf(server, room, async () => {
    for (let n = 0; n < messages; n += 1) {
      const message = { id: uuidv7(), body: `${n} The quick brown fox.` }
      const { status } = await person.ask('POST', `/rooms/${room}/messages`, message)
      if (status !== 201) throw new Error(`post: ${status}`)
    }
    await waitMs(archiveRestMs)
  })
  const rows = (isMirrors: boolean) =>
    Object.entries(rowsWritten)
      .filter(([table]) => mirrorTables.includes(table) === isMirrors)
      .reduce((sum, [, count]) => sum + count, 0)
  return { messages, own: rows(false) / messages, mirrors: rows(true) / messages, rowsWritten }
}
