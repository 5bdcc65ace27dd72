import { expect, it } from 'vitest'
import { departureGraceMs } from '../protocol/limits.ts'
import { LocalRoom, owner } from '../test/support/local-room.ts'
import { attendToAll } from './duties.ts'

it('[R14] a duty that fails is tried again later, and the others have their turn', () => {
  const room = new LocalRoom()
  const ana = room.join(2)
  const [olga, socket] = [room.arrive(owner.id), room.arrive(ana)]
  room.open.reception.detach(socket.session)
  room.passMs(departureGraceMs)
  olga.clear()
  const { agenda, backlog } = room.open
  agenda.settle('archive', room.nowMs)
  agenda.arm('index', room.nowMs - 1)
  const failed: string[] = []
  let [archived, asked] = [0, 0]
  backlog.fill = () => {
    throw new Error('The disk is gone.')
  }
  const parts = {
    ...{ open: room.open, now: () => room.nowMs, failed: (kind: string) => failed.push(kind) },
    archive: () => {
      archived += 1
    },
    deliver: () => {},
    askAboutSignIns: () => {
      asked += 1
    },
  }
  agenda.arm('signIns', room.nowMs)
  attendToAll(parts)
  room.passMs(1_000)
  expect([failed, archived, asked]).toEqual([['index'], 1, 1])
  expect(olga.frames).toMatchObject([{ type: 'presence', left: [ana] }])
  expect(agenda.due(room.nowMs)).not.toContain('index')
  room.passMs(60_000)
  attendToAll(parts)
  expect(failed).toEqual(['index', 'index'])
})

it('[R14 HOK2] an object that begins sets its alarm: the one before may have died as it rang', () => {
  const room = new LocalRoom()
  room.post(owner.id, 'One')
  room.alarmAtMs = null
  room.restart()
  expect(room.alarmAtMs).toBeGreaterThan(0)
})
