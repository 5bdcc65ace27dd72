// Pages of history among changes: neither undoes what the other has brought.

import { describe, expect, it } from 'vitest'
import { HandFollower } from '../../test/support/hand-follower.ts'

describe('a page of history', () => {
  it('[SOK3] begins anew in another epoch, and drops a page of the old one', () => {
    const rig = new HandFollower({ messages: 9 })
    rig.askPage()
    rig.readPage()
    rig.restore()
    rig.takePage()
    rig.check()
    expect(rig.held.messages).toHaveLength(4)
  })

  it('drops a page that was read before the window was replaced', () => {
    const rig = new HandFollower({ messages: 9 })
    rig.askPage()
    rig.readPage()
    rig.room.edit(4, 'not in the page')
    rig.startAfresh()
    rig.deliverAll()
    rig.takePage()
    rig.check()
  })

  it('lets no frame undo a page that overtook it', () => {
    const rig = new HandFollower({ messages: 9 })
    rig.askPage()
    rig.room.edit(5, 'older, on the wire')
    rig.flush()
    rig.room.edit(5, 'newer, in the page')
    rig.readPage()
    rig.takePage()
    rig.deliver()
    expect(rig.held.messages[1]).toMatchObject({ seq: 5, body: 'newer, in the page' })
    rig.check()
  })
})
