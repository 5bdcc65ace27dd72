// What tabs share, on real locks and channels: three tabs of one browser are three callers here.

import { describe, expect, it } from 'vitest'
import { turn } from '../../test/support/fake-person.ts'
import { browserTabs } from './tabs.ts'

let names = 0
const newName = () => `matter ${++names}`

/** A tab that wants the lead, and whether it has it. */
function claimant(name: string) {
  const claim = { leading: false, changes: 0, lead: { take() {}, release() {} } }
  claim.lead = browserTabs().lead(name, (leading) => {
    claim.leading = leading
    claim.changes += 1
  })
  return claim
}

async function leaders(...claims: { leading: boolean }[]): Promise<number[]> {
  for (let n = 0; n < 10; n += 1) await turn()
  return claims.flatMap(({ leading }, index) => (leading ? [index] : []))
}

describe('the lead', () => {
  it('has one at a time, and falls to the next', async () => {
    const name = newName()
    const [one, two, three] = [claimant(name), claimant(name), claimant(name)]
    expect(await leaders(one, two, three)).toEqual([0])
    one.lead.release()
    expect(await leaders(two, three)).toEqual([0])
    two.lead.release()
    three.lead.release()
  })

  it('goes to the tab where the person writes, and comes back when that closes', async () => {
    const name = newName()
    const [one, two] = [claimant(name), claimant(name)]
    await leaders(one, two)
    two.lead.take()
    expect(await leaders(one, two)).toEqual([1])
    two.lead.take()
    expect(await leaders(one, two)).toEqual([1])
    expect(two.changes).toBe(1)
    one.lead.take()
    expect(await leaders(one, two)).toEqual([0])
    one.lead.release()
    expect(await leaders(two)).toEqual([0])
    two.lead.release()
  })

  it('is everybody’s own where there are no locks: ids keep it safe', async () => {
    let leads = 0
    const tabs = browserTabs(null)
    for (const _ of [1, 2]) tabs.lead(newName(), () => (leads += 1)).take()
    expect(leads).toBe(2)
    expect(await tabs.alone(newName(), async (waited) => waited)).toBe(false)
  })
})

describe('being alone', () => {
  it('lets one after another, and tells who waited', async () => {
    const [name, tabs] = [newName(), browserTabs()]
    const log: string[] = []
    const work = (who: string) => async (waited: boolean) => {
      log.push(`${who} in, ${waited ? 'waited' : 'at once'}`)
      await turn()
      log.push(`${who} out`)
      return who
    }
    const results = await Promise.all([tabs.alone(name, work('a')), tabs.alone(name, work('b'))])
    expect(results).toEqual(['a', 'b'])
    expect(log).toEqual(['a in, at once', 'a out', 'b in, waited', 'b out'])
  })

  it('lets the next in when the work failed', async () => {
    const [name, tabs] = [newName(), browserTabs()]
    const failed = tabs.alone(name, () => Promise.reject(new Error('no')))
    const next = tabs.alone(name, async () => 'yes')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})

describe('a channel', () => {
  it('reaches the others and not the speaker', async () => {
    const [name, tabs] = [newName(), browserTabs()]
    const heard = Promise.withResolvers<unknown>()
    const speaker = tabs.channel(name, () => heard.reject(new Error('heard itself')))
    const listener = tabs.channel(name, heard.resolve)
    speaker.tell({ news: 1 })
    expect(await heard.promise).toEqual({ news: 1 })
    speaker.close()
    listener.close()
  })
})
