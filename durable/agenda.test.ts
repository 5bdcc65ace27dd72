import { expect, it } from 'vitest'
import { nodeSql } from '../test/support/node-sql.ts'
import { Agenda } from './agenda.ts'
import { migrate } from './schema.ts'

function agendaOver(sql = nodeSql()) {
  migrate(sql)
  const alarms: number[] = []
  return { agenda: new Agenda(sql, (atMs) => alarms.push(atMs)), alarms, sql }
}

it('sets the one alarm to whatever is due first', () => {
  const { agenda, alarms } = agendaOver()
  agenda.arm('expiry', 900)
  agenda.arm('archive', 100)
  agenda.arm('archive', 500)
  expect(alarms).toEqual([900, 100])
})

it('keeps an entry until its work is settled, through a restart', () => {
  const { agenda, sql } = agendaOver()
  agenda.arm('archive', 100)
  expect(agenda.due(99)).toEqual([])
  expect(agenda.due(100)).toEqual(['archive'])
  expect(agendaOver(sql).agenda.due(100)).toEqual(['archive'])
  agenda.settle('archive', null)
  expect(agendaOver(sql).agenda.due(100)).toEqual([])
})

it('rearms for what is left, and rests when nothing is', () => {
  const { agenda, alarms } = agendaOver()
  agenda.arm('archive', 100)
  agenda.arm('expiry', 900)
  agenda.settle('archive', null)
  agenda.rearm()
  agenda.settle('expiry', 1_200)
  agenda.rearm()
  agenda.settle('expiry', null)
  agenda.rearm()
  expect(alarms).toEqual([100, 900, 1_200])
})
