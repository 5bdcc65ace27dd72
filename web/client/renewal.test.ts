// A token renewed on the open socket, with the clock, the network and the server in the test's hand.

import { describe, expect, it } from 'vitest'
import { Failure } from '../../protocol/failures.ts'
import { encode } from '../../protocol/frames.ts'
import { ana, SocketRig as Rig, room, settle } from '../../test/support/fake-wire.ts'

describe('[SOK12] a token that ends soon', () => {
  const expiring = encode({ type: 'expiring', at: 60_000 })
  const commands = (rig: Rig) => rig.last.sent.map((text) => JSON.parse(text))

  it('is renewed on the open socket, and is then the one that a close refuses', async () => {
    const rig = await new Rig().startLive()
    rig.token = () => 'newer'
    rig.say(expiring)
    await settle()
    const [auth] = commands(rig)
    expect(auth).toMatchObject({ type: 'auth', token: 'newer' })
    rig.say(encode({ type: 'ok', ref: auth.ref }))
    await rig.close(4401)
    expect(rig.asked).toEqual([undefined, 'token', 'newer'])
  })

  it('is still the one of the socket when the room refuses the newer', async () => {
    const rig = await new Rig().startLive()
    rig.token = () => 'newer'
    rig.say(expiring)
    await settle()
    rig.say(encode({ type: 'refused', ref: commands(rig)[0].ref, code: 'busy', detail: '' }))
    rig.say(encode({ type: 'ok', ref: 1 })) // A message's.
    await rig.close(4401)
    expect(rig.asked).toEqual([undefined, 'token', 'token'])
  })

  it('stays where there is no newer one: the close will say so', async () => {
    const rig = await new Rig().startLive()
    const lost = () => {
      throw new Failure('unavailable')
    }
    for (const token of [() => null, () => 'token', lost]) {
      rig.token = token
      rig.say(expiring)
      await settle()
    }
    expect([rig.last.sent, rig.now.state]).toEqual([[], 'live'])
  })

  it('is not sent on a socket that came after the one that asked', async () => {
    const rig = await new Rig().startLive()
    const late = Promise.withResolvers<string>()
    rig.token = () => late.promise
    rig.say(expiring)
    rig.token = () => 'token'
    await rig.close(1012)
    await rig.host.pass(5_000)
    rig.say(encode(room.welcome(ana, null)))
    late.resolve('newer')
    await settle()
    expect([rig.host.sockets.length, rig.now.state, rig.last.sent]).toEqual([2, 'live', []])
  })
})
