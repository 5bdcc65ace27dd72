// A room that is asked more than it can take says so, and how long to wait.

import { uuidv7 } from 'uuidv7'
import { expect, it } from 'vitest'
import type { History } from '../../protocol/api/messages.ts'
import { httpTo } from '../../test/support/http.ts'
import { roomOf, signUp, startParley, wideLimits } from '../../test/support/parley.ts'
import { code } from '../../test/support/rooms-http.ts'

it('[SOK16] sheds with 503 and Retry-After, and what it shed had no effect', async () => {
  const parley = await startParley({ vars: { ...wideLimits, LIMIT_ROOM_COMMANDS_PER_SECOND: '6' } })
  const people = await Promise.all(Array.from({ length: 6 }, (_, n) => signUp(parley, `P${n}`)))
  const [ann = await signUp(parley, 'Ann'), ...others] = people
  const room = await roomOf(ann, others)
  const http = httpTo(parley)
  const path = `/rooms/${room}/messages`
  const senders = [...people, ...people, ...people] // More at once than the joins left over.
  const messages = senders.map(() => ({ id: uuidv7(), body: 'Hi' }))
  const answers = await Promise.all(
    senders.map(({ token }, n) => http('POST', path, { token, body: messages[n] })),
  )
  const shed = answers.filter(({ status }) => status !== 201)
  expect(shed.map(code)).toContainEqual([503, 'busy'])
  for (const answer of shed) {
    // Behind a message of their own that was shed, the next waits its turn. [ORD4]
    expect([503, 429]).toContain(answer.status)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.body['retryAfterMs']).toBeGreaterThan(0)
  }
  const { body } = await ann.ask<History>('GET', path)
  const kept = messages.filter((_, index) => answers[index]?.status === 201).map(({ id }) => id)
  const said = body.messages.filter(({ kind }) => kind === 'message').map(({ id }) => String(id))
  expect(said.sort()).toEqual(kept.sort())
  await parley.stop()
})
