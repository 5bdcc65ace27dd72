// What a room says goes to nobody through somebody who is out.

import { expect, it } from 'vitest'
import type { NewWebhook, Webhooks } from '../../protocol/api/webhooks.ts'
import type { RoomId } from '../../protocol/ids.ts'
import { newcomer, signInAgain } from '../../test/support/accounts.ts'
import { signUpAdmin } from '../../test/support/admin.ts'
import { newMessageId } from '../../test/support/ids.ts'
import { ownParley } from '../../test/support/own-parley.ts'
import { wideLimits } from '../../test/support/parley.ts'
import { bodiesOf, startReceiver } from '../../test/support/receiver.ts'

const parley = await ownParley({ vars: wideLimits })
const { http } = parley

it('[HOK3 ACC2] nothing is sent on for somebody suspended, until an owner lets it go on', async () => {
  const root = await signUpAdmin(parley, 'Root')
  const [di, eve] = [await newcomer(http), await newcomer(http)]
  const room = { name: `Room of ${di.username}`.slice(0, 50), visibility: 'public' }
  const { id } = (await di.ask<{ id: RoomId }>('POST', '/rooms', room)).body
  await eve.ask('POST', `/rooms/${id}/join`, {})
  const receiver = await startReceiver()
  const hooks = `/rooms/${id}/webhooks`
  const hook = (await di.ask<NewWebhook>('POST', hooks, { url: receiver.url })).body
  const say = (body: string) =>
    eve.ask('POST', `/rooms/${id}/messages`, { id: newMessageId(), body })
  const hears = (body: string) => receiver.until(() => bodiesOf(receiver).includes(body))
  await say('Before')
  await hears('Before')

  await root.ask('PATCH', `/users/${di.id}`, { suspended: true })
  await say('Between')
  await root.ask('PATCH', `/users/${di.id}`, { suspended: false })
  const { ask } = await signInAgain(http, di)
  const paused = async () => (await ask<Webhooks>('GET', hooks)).body.webhooks[0]?.paused?.reason
  expect(await paused()).toBe('makerGone')
  expect(bodiesOf(receiver)).toEqual(['Before'])

  await ask('PATCH', `${hooks}/${hook.id}`, { paused: false })
  await hears('Between')
  await receiver.close()
})
