// The socket's shell, with the clock, the network and the server in the test's hand.

import { describe, expect, it } from 'vitest'
import { PING, PONG } from '../../protocol/commands.ts'
import { Failure } from '../../protocol/failures.ts'
import { encode } from '../../protocol/frames.ts'
import { ana, SocketRig as Rig, room, settle } from '../../test/support/fake-wire.ts'

describe('opening', () => {
  it('[S2] tells the cursor in the address and the token beside it, never in it', async () => {
    const { last } = await new Rig().start()
    const path = `/api/v1/rooms/${room.room.id}/socket?epoch=${room.epoch}&after=${room.rev}`
    expect(last.url).toBe(`wss://chat.example${path}`)
    expect(last.protocols).toEqual(['parley.v1', 'token'])
  })

  it('[SOK14] sends nothing before the welcome', async () => {
    const rig = await new Rig().start()
    expect(rig.socket.send({ type: 'sync', after: room.rev })).toBe(false)
    expect(rig.last.sent).toEqual([])
  })

  it('stops where nobody is signed in, until somebody is', async () => {
    const rig = new Rig()
    rig.token = () => null
    await rig.start()
    expect([rig.now.state, rig.host.sockets.length]).toEqual(['signedOut', 0])
    rig.token = () => 'token'
    rig.socket.signedIn()
    await settle()
    expect(rig.host.sockets).toHaveLength(1)
  })

  it('waits where no token can be fetched, and tries again', async () => {
    const rig = new Rig()
    rig.token = () => {
      throw new Failure('busy', { retryAfterMs: 700 })
    }
    await rig.start()
    expect(rig.now).toMatchObject({ state: 'waiting', untilMs: 700 })
    rig.token = () => 'token'
    await rig.host.pass(700)
    expect(rig.host.sockets).toHaveLength(1)
  })

  it('[CON3] opens nothing for a token that comes after the end', async () => {
    const rig = new Rig()
    rig.socket.start()
    rig.socket.end()
    await settle()
    expect([rig.host.sockets.length, rig.host.timers]).toEqual([0, 0])
  })
})

describe('losing it', () => {
  it('[SOK12] shows the refused token to whoever gives the next', async () => {
    const rig = await new Rig().startLive()
    await rig.close(4401)
    expect(rig.asked).toEqual([undefined, 'token'])
    expect(rig.host.sockets).toHaveLength(2)
  })

  it('[SOK13] takes the last frame for the end, with its reason and its wait: the close may be late', async () => {
    const rig = await new Rig().startLive()
    rig.say(encode({ type: 'closing', code: 'tooMany', detail: '', retryAfterMs: 30_000 }))
    expect(rig.now).toMatchObject({ state: 'waiting', untilMs: 30_000 })
    expect(rig.last.isDropped).toBe(true)
    await rig.close(1006)
    expect(rig.now).toMatchObject({ state: 'waiting', untilMs: 30_000 })

    const other = await new Rig().startLive()
    other.say(encode({ type: 'closing', code: 'roomGone', detail: '' }))
    expect(other.now).toEqual({ state: 'stopped', code: 'roomGone' })
  })

  it('[SOK16] asks the API after two upgrades came to nothing, and believes it', async () => {
    const rig = await new Rig().start()
    rig.answer = () => 'notFound'
    await rig.close(1006)
    await rig.host.pass(5_000)
    await rig.close(1006)
    expect(rig.now).toEqual({ state: 'stopped', code: 'notFound' })
  })

  it('hears nothing more of a socket it dropped', async () => {
    const rig = await new Rig().startLive()
    const old = rig.last
    await rig.host.see('offline')
    expect([rig.now.state, old.isDropped]).toEqual(['offline', true])
    await rig.host.see('online')
    rig.say(encode(room.welcome(ana, null)), old)
    old.onclose({ code: 4403 })
    expect(rig.now.state).toBe('connecting')
  })
})

describe('[CON2] keeping watch', () => {
  it('pings in silence, and replaces what does not answer', async () => {
    const rig = await new Rig().startLive()
    await rig.host.pass(24_999)
    expect(rig.last.sent).toEqual([])
    await rig.host.pass(1)
    expect(rig.last.sent).toEqual([PING])
    await rig.host.pass(7_999)
    expect(rig.host.sockets).toHaveLength(1)
    await rig.host.pass(1)
    expect([rig.host.sockets.length, rig.host.sockets[0]!.isDropped]).toEqual([2, true])
  })

  it('is content with a pong', async () => {
    const rig = await new Rig().startLive()
    await rig.host.pass(25_000)
    rig.say(PONG)
    await rig.host.pass(20_000)
    expect([rig.host.sockets.length, rig.now.state]).toEqual([1, 'live'])
  })

  it('probes at once when somebody looks again, and replaces within 2 s', async () => {
    const rig = await new Rig().startLive()
    await rig.host.see('woke')
    expect(rig.last.sent).toEqual([PING])
    await rig.host.pass(2_000)
    expect(rig.host.sockets).toHaveLength(2)
  })

  it('leaves no timer behind', async () => {
    const rig = await new Rig().startLive()
    rig.socket.end()
    expect([rig.host.timers, rig.last.isDropped, rig.now.state]).toEqual([0, true, 'idle'])
  })
})

describe('frames', () => {
  it('[R21] skips what it does not know, and anything that is not text', async () => {
    const rig = await new Rig().startLive()
    const before = rig.now
    rig.say('{"type":"fireworks"}')
    rig.say(new ArrayBuffer(4))
    rig.say('not json')
    expect(rig.now).toBe(before)
  })
})
