// What a plain message costs in rows written, as the storage itself counts them.

import { uuidv7 } from 'uuidv7'
import type { RoomId } from '../../protocol/ids.ts'
import type { Parley, Person } from '../../test/support/parley.ts'
import { waitMs } from './clock.ts'
import { rowsOf } from './filled.ts'

const messages = 200

/** Rows a message: of the posting alone, and with what the mirror writes down until it has them all. */
export async function plainMessages(server: Parley, room: RoomId, person: Person) {
  const post = async () => {
    for (let n = 0; n < messages; n += 1) {
      const message = { id: uuidv7(), body: `${n} The quick brown fox.` }
      const { status } = await person.ask('POST', `/rooms/${room}/messages`, message)
      if (status !== 201) throw new Error(`post: ${status}`)
    }
  }
  const once = await rowsOf(server, room, post)
  await waitMs(archiveRestMs)
  const mirrored = await rowsOf(server, room, async () => {
    await post()
    await waitMs(archiveRestMs)
  })
  return {
    messages,
    once: once.rowsWritten / messages,
    mirrored: mirrored.rowsWritten / messages,
  }
}

/** Changes wait a second for company; two more are plenty for the few hundred here. */
const archiveRestMs = 3_000
