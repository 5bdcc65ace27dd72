import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { indexSliceRows } from '../protocol/limits.ts'
import { messageId, rev, seq, userId } from '../test/support/ids.ts'
import { asker, LocalRoom, message, owner } from '../test/support/local-room.ts'
import { type NodeSql, nodeSql } from '../test/support/node-sql.ts'
import { migrate } from './schema.ts'

const dump = readFileSync(new URL('../test/fixtures/room-schema-1.sql', import.meta.url), 'utf8')
const olga = asker(owner.id)
const ana = userId(2)

function oldDatabase(moreMessages = 0): NodeSql {
  const sql = nodeSql()
  sql.script(dump)
  sql.script(`
    WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ${moreMessages})
    INSERT INTO messages SELECT 12 + n, 19 + n, NULL, 'id' || n, '${owner.id}', 'message',
      'Old word' || n, 1790000012000 + n, NULL, NULL FROM more WHERE n <= ${moreMessages}`)
  return sql
}

const found = (room: LocalRoom, query: string) => {
  const answer = room.open.room.search(olga, { query, limit: 50 })
  return answer.ok ? answer.value.hits.map((hit) => Number(hit.seq)) : []
}

describe('a room of the first schema', () => {
  it('[R22] is read by today’s code as it was written', () => {
    const { open } = new LocalRoom({ sql: oldDatabase() })
    expect(open.ledger).toMatchObject({ rev: 19, seq: 12, isCrowd: false })
    expect(open.ledger.room).toMatchObject({
      ...{ name: 'Cellar', topic: 'Wine', visibility: 'private', memberCount: 3, rev: 15 },
      settings: { slowModeSeconds: 0, editWindowSeconds: null, invitesBy: 'moderator' },
    })
    const { rows } = open.reader.changesSince(rev(0), ana)
    const texts = rows.messages.map(({ body }) => body)
    expect(texts.slice(0, 7)).toEqual([
      ...['Hello', "It's a 'quoted' line", 'Two\nlines\tand a tab', '東京都に行く', 'Привет, мир'],
      ...['👩‍👩‍👧‍👦 family', 'xylophone'],
    ])
    expect(rows.messages[0]).toEqual({
      ...{ seq: 1, rev: 5, id: messageId(1), authorId: ana, kind: 'message', body: 'Hello' },
      ...{ replyTo: null, mentions: [], reactions: {}, notice: null },
      ...{ createdAt: 1_790_000_001_000, editedAt: null, deletedAt: null },
    })
    const states = rows.members.map(({ name, role, state }) => `${name}: ${role}, ${state}`)
    expect(states).toEqual([
      ...['Olga: owner, joined', 'Max 東京: moderator, joined'],
      ...['Gone: member, left', "Ana-Maria O'Neil: member, joined"],
    ])
    expect(open.archive.state).toMatchObject({ archived: 7, failures: 2 })
  })

  it('[R22] takes every command, and knows repeats of what was sent before', () => {
    const room = new LocalRoom({ sql: oldDatabase() })
    const { room: heart, people, ledger } = room.open
    const again = { id: messageId(1), body: 'Hello', replyTo: null, mentions: [] }
    expect(heart.send(asker(ana), again)).toMatchObject({ value: { seq: 1, isNew: false } })
    heart.edit(asker(ana), { seq: seq(1), body: 'Hello again' })
    heart.react(olga, { seq: seq(2), emoji: '👍', on: true })
    heart.erase(olga, { seq: seq(3) })
    people.join(asker(userId(4)), { id: userId(4), name: 'Back', avatar: null, asOf: 6 }, true)
    heart.send(olga, message())
    expect(ledger).toMatchObject({ rev: 24, seq: 14 })
    expect(heart.send(asker(ana), again)).toMatchObject({ value: { seq: 1, isNew: false } })
    room.restart()
    expect(room.open.ledger).toMatchObject({ rev: 24, seq: 14 })
  })

  it('[SND8] holds nothing unread that was written before marks were kept', () => {
    const { open } = new LocalRoom({ sql: oldDatabase() })
    expect([owner.id, ana].map((id) => Number(open.marks.of(id)))).toEqual([12, 12])
    expect(open.marks.flagged(9)).toHaveLength(4)
  })

  it('[SOK15] knows who is notable', () => {
    const { sql } = new LocalRoom({ sql: oldDatabase() })
    const notable = sql.run('SELECT user FROM members WHERE notable = 1 ORDER BY user')
    expect(notable).toEqual([{ user: owner.id }, { user: userId(3) }])
  })
})

describe('what came before the index', () => {
  it('is found by and by, the newest first, and what is new at once', () => {
    const room = new LocalRoom({ sql: oldDatabase(2 * indexSliceRows) })
    room.post(owner.id, 'Brand new')
    expect([found(room, 'brand'), found(room, 'word1'), found(room, 'xylophone')]).toEqual([
      ...[[2 * indexSliceRows + 13], [], []],
    ])
    room.open.backlog.fill()
    expect(found(room, `word${2 * indexSliceRows}`)).toEqual([2 * indexSliceRows + 12])
    expect(found(room, 'xylophone')).toEqual([])
    room.open.agenda.arm('index', room.nowMs)
    room.ringFor(10_000)
    expect([found(room, 'xylophone'), found(room, '東京'), found(room, 'мир')]).toEqual([
      ...[[7], [4], [5]],
    ])
    expect(room.open.agenda.due(Number.MAX_SAFE_INTEGER)).not.toContain('index')
  })

  it('[SND6] is edited and deleted alike before and after it is taken in', () => {
    const room = new LocalRoom({ sql: oldDatabase(3) })
    const { room: heart } = room.open
    heart.erase(olga, { seq: seq(4) })
    heart.edit(olga, { seq: seq(13), body: 'Another thing' })
    while (!room.open.backlog.isFilled) room.open.backlog.fill()
    heart.erase(olga, { seq: seq(14) })
    heart.edit(olga, { seq: seq(15), body: 'Nothing of old' })
    const queries = ['東京', 'word1', 'another', 'word2', 'word3', 'nothing']
    expect(queries.map((query) => found(room, query))).toEqual([[], [], [13], [], [], [15]])
  })

  it('[R22] killed at any statement is filled all the same', () => {
    const reference = new LocalRoom({ sql: oldDatabase() })
    const before = reference.sql.statements
    reference.open.backlog.fill()
    const statements = reference.sql.statements - before
    for (let n = 1; n <= statements; n += 1) {
      const room = new LocalRoom({ sql: oldDatabase() })
      room.sql.failAt(n)
      expect(() => room.open.backlog.fill()).toThrow('The disk is gone.')
      room.sql.failAt(null)
      if (n % 2 === 0) room.restart()
      while (!room.open.backlog.isFilled) room.open.backlog.fill()
      expect([found(room, 'xylophone'), found(room, 'message')]).toEqual([[7], [12, 11, 10, 9]])
    }
  })
})

it('[R22] a migration killed at any statement converges, and is done once', () => {
  const whole = oldDatabase()
  migrate(whole)
  const { statements } = whole
  for (let n = 2; n <= statements; n += 1) {
    const sql = oldDatabase()
    sql.failAt(n)
    expect(() => migrate(sql)).toThrow()
    sql.failAt(null)
    const room = new LocalRoom({ sql })
    expect(room.open.ledger).toMatchObject({ rev: 19, seq: 12 })
    const before = room.sql.statements
    migrate(sql)
    expect(room.sql.statements - before).toBe(2)
  }
})

it('[R22] 10,000 messages are migrated in no time that anybody would notice', () => {
  const sql = oldDatabase(10_000)
  const start = performance.now()
  migrate(sql)
  expect(performance.now() - start).toBeLessThan(200)
})
