// What one receiver is sent next: the read that sockets and the archive are given, cut to what it asked for.

import type { WebhookDelivery } from '../protocol/api/webhooks.ts'
import type { Epoch, Rev } from '../protocol/ids.ts'
import { webhookBytesMax, webhookRowsMax } from '../protocol/limits.ts'
import type { Ledger } from './ledger.ts'
import type { Page } from './page.ts'
import { rowsOf } from './page-frame.ts'
import type { Reader } from './reader.ts'
import type { WebhookRow } from './webhook-rows.ts'

/** `body` is null where there is nothing in it that the receiver wants. */
export interface Delivery {
  readonly epoch: Epoch
  readonly to: Rev
  readonly body: string | null
}

/**
 * A delivery that is tried again ends where it ended before, under the same id. What changed meanwhile
 * left it for a later rev, and comes with one of the next: nothing is missed, whichever try was taken.
 */
export function nextDelivery(hook: WebhookRow, ledger: Ledger, reader: Reader): Delivery {
  const { epoch, rev, room } = ledger
  const { id: roomId } = room
  if (hook.epoch !== epoch) {
    const to = hook.deliveryTo ?? rev
    return { epoch, to, body: written({ type: 'epoch', roomId, epoch, to }) }
  }
  const limits = { rows: webhookRowsMax, bytes: webhookBytesMax }
  const page = reader.changesSince(hook.heard, 'archive', limits)
  const to = hook.deliveryTo !== null && hook.deliveryTo < page.to ? hook.deliveryTo : page.to
  const rows = rowsOf(wanted(page, to, hook))
  if (Object.keys(rows).length === 0) return { epoch, to, body: null }
  return {
    epoch,
    to,
    body: written({ type: 'changes', roomId, epoch, from: hook.heard, to, ...rows }),
  }
}

function wanted({ rows, people, altered }: Page, to: Rev, { events }: WebhookRow) {
  const isBefore = ({ rev }: { readonly rev: Rev }) => rev <= to
  const messages = events.includes('messages') ? rows.messages.filter(isBefore) : []
  const members = events.includes('members') ? rows.members.filter(isBefore) : []
  const hasRoom = events.includes('room') && rows.room !== null && isBefore(rows.room)
  return {
    rows: { messages, members, room: hasRoom ? rows.room : null },
    people: messages.length > 0 ? people : [],
    altered,
  }
}

const written = (delivery: WebhookDelivery) => JSON.stringify(delivery)
