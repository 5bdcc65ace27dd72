// The webhooks' rows: whom the room calls, how far each has heard, and what became of the last try.

import type { PauseReason, WebhookEvent } from '../protocol/api/webhooks.ts'
import type { Epoch, Rev, UserId, WebhookId } from '../protocol/ids.ts'
import type { Sql, SqlValue } from './sql.ts'

/** A webhook as it lies, secrets and all. Times are milliseconds since 1970. */
export interface WebhookRow {
  readonly id: WebhookId
  readonly url: string
  readonly events: readonly WebhookEvent[]
  /** Ours, by which its maker reached us: never called. [S24] */
  readonly ownHost: string
  readonly secret: string
  readonly previousSecret: string | null
  readonly previousUntil: number | null
  readonly madeBy: UserId
  readonly madeAt: number
  readonly epoch: Epoch
  /** Everything up to there has been taken by the receiver. */
  readonly heard: Rev
  /** What is under way, or was when the object died: the same over all tries. */
  readonly deliveryId: string | null
  readonly deliveryTo: Rev | null
  /** Not before; 0: at once. */
  readonly due: number
  readonly failures: number
  readonly failingSince: number | null
  readonly deliveredAt: number | null
  readonly lastStatus: number | null
  readonly pausedAt: number | null
  readonly pauseReason: PauseReason | null
  /** 0 until the audit log has it. */
  readonly pauseTold: number
}

type Stored = Omit<WebhookRow, 'events'> & { readonly events: string } & Record<string, SqlValue>

const columns = {
  id: 'id',
  url: 'url',
  events: 'events',
  ownHost: 'own_host',
  secret: 'secret',
  previousSecret: 'previous_secret',
  previousUntil: 'previous_until',
  madeBy: 'made_by',
  madeAt: 'made_at',
  epoch: 'epoch',
  heard: 'heard',
  deliveryId: 'delivery_id',
  deliveryTo: 'delivery_to',
  due: 'due',
  failures: 'failures',
  failingSince: 'failing_since',
  deliveredAt: 'delivered_at',
  lastStatus: 'last_status',
  pausedAt: 'paused_at',
  pauseReason: 'pause_reason',
  pauseTold: 'pause_told',
} as const satisfies Record<keyof WebhookRow, string>

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS ${name}`)
  .join(', ')

export class WebhookRows {
  readonly #sql: Sql
  /** Mirrors the table, which is empty in most rooms: asking it at every change must cost nothing. */
  #count: number

  constructor(sql: Sql) {
    this.#sql = sql
    this.#count = sql.run('SELECT 1 FROM webhooks').length
  }

  get count(): number {
    return this.#count
  }

  /** The eldest first: ids are by time. */
  all(): readonly WebhookRow[] {
    if (this.#count === 0) return []
    return this.#sql.run<Stored>(`SELECT ${selected} FROM webhooks ORDER BY id`).map(webhookOf)
  }

  find(id: WebhookId): WebhookRow | null {
    const [row] = this.#sql.run<Stored>(`SELECT ${selected} FROM webhooks WHERE id = ?`, id)
    return row ? webhookOf(row) : null
  }

  /** Hears of what comes after `heard`. */
  add(
    hook: Pick<
      WebhookRow,
      'id' | 'url' | 'events' | 'ownHost' | 'secret' | 'madeBy' | 'madeAt' | 'epoch' | 'heard'
    >,
  ): void {
    const { id, url, events, ownHost, secret, madeBy, madeAt, epoch, heard } = hook
    this.#sql.run(
      `INSERT INTO webhooks (id, url, events, own_host, secret, made_by, made_at, epoch, heard)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, url, JSON.stringify(events), ownHost, secret, madeBy, madeAt, epoch, heard],
    )
    this.#count += 1
  }

  /** Nothing happens to one that was removed meanwhile. */
  change(id: WebhookId, changed: Partial<Omit<WebhookRow, 'id'>>): void {
    const { events, ...plain } = changed
    const flat: Record<string, SqlValue> = {
      ...plain,
      ...(events && { events: JSON.stringify(events) }),
    }
    const names = Object.keys(flat)
    const set = Object.entries(columns).filter(([name]) => names.includes(name))
    this.#sql.run(
      `UPDATE webhooks SET ${set.map(([, column]) => `${column} = ?`).join(', ')} WHERE id = ?`,
      ...set.map(([name]) => flat[name] ?? null),
      id,
    )
  }

  remove(id: WebhookId): void {
    this.#sql.run('DELETE FROM webhooks WHERE id = ?', id)
    this.#count = this.#sql.run('SELECT 1 FROM webhooks').length
  }
}

function webhookOf(row: Stored): WebhookRow {
  return { ...row, events: JSON.parse(row.events) }
}
