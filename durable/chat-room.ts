// Everything the Worker asks of a room, each call one question to the part that knows.

import * as v from 'valibot'
import type { HistoryQuery } from '../protocol/api/messages.ts'
import type { WebhookPatch } from '../protocol/api/webhooks.ts'
import type { RoomSettings } from '../protocol/changes.ts'
import { type Seq, SessionId, type UserId, type WebhookId } from '../protocol/ids.ts'
import { no, yes } from './answers.ts'
import { honoursInvitesOf, noted } from './asked.ts'
import { confirm } from './confirming.ts'
import type {
  Answer,
  Asker,
  BotSeed,
  DirectoryEntry,
  Erasure,
  ExportFormat,
  MemberChangeRequest,
  MemberPlace,
  NewMessage,
  NewWebhook,
  PersonAsOf,
  Reaction,
  Revision,
  RoomCalls,
  RoomSearch,
  RoomSeed,
} from './room-calls.ts'
import { RoomObject } from './room-object.ts'

export abstract class ChatRoom extends RoomObject implements RoomCalls {
  async open(seed: RoomSeed) {
    await this.openWith(seed)
    return this.ask(({ people }) => people.viewOf(seed.owner.id))
  }

  async view(caller: Asker | null) {
    return this.ask(({ people }) => people.view(caller))
  }

  async refresh() {
    await this.refreshFromDirectory()
  }

  async destroyBy(caller: Asker) {
    const refused = this.ask(({ rights }) => yes(rights.forbids(caller, 'deleteRoom')))
    if (refused.ok && refused.value) return no(refused.value)
    await this.destroy()
    return yes(null)
  }

  async join(caller: Asker, person: PersonAsOf, invitedBy?: UserId) {
    return this.askAndArchive((open) => {
      const isInvited = invitedBy !== undefined && honoursInvitesOf(open, invitedBy)
      return open.people.join(caller, person, isInvited)
    })
  }

  async leave(caller: Asker) {
    return this.askAndArchive(({ people }) => people.leave(caller))
  }

  async remove(caller: Asker, userId: UserId) {
    return this.askAndArchive(noted(({ people }) => people.remove(caller, userId)))
  }

  async ban(caller: Asker, whom: PersonAsOf | Pick<PersonAsOf, 'id'>) {
    return this.askAndArchive(noted(({ people }) => people.ban(caller, whom)))
  }

  async unban(caller: Asker, userId: UserId) {
    return this.ask(noted(({ people }) => people.unban(caller, userId)))
  }

  async changeMember(caller: Asker, userId: UserId, change: MemberChangeRequest) {
    return this.ask(noted(({ people }) => people.changeMember(caller, userId, change)))
  }

  async renamePerson(person: PersonAsOf) {
    return this.ask(({ people }) => people.renamePerson(person))
  }

  async forget(userId: UserId, erases: boolean) {
    return this.askAndArchive(({ forgetting }) => yes(forgetting.advance(userId, erases)))
  }

  async endSessions(_: UserId, sessions: readonly SessionId[], untilMs: number) {
    this.endSignIns(sessions, untilMs)
  }

  async mayManageBots(caller: Asker) {
    return this.ask(({ bots }) => bots.mayManage(caller))
  }

  async admitBot(caller: Asker, bot: BotSeed) {
    return this.ask(({ bots }) => bots.admit(caller, bot))
  }

  async dismissBot(botId: UserId, untilMs: number) {
    this.endSignIns([v.parse(SessionId, botId)], untilMs)
    return this.ask(({ bots }) => bots.dismiss(botId))
  }

  async webhooks(caller: Asker) {
    return this.ask(({ webhooks }) => webhooks.list(caller))
  }

  async pauseWebhooksOf(userId: UserId) {
    return this.ask(({ webhooks }) => yes(webhooks.pauseOf(userId)))
  }

  async makeWebhook(caller: Asker, hook: NewWebhook) {
    return this.ask(({ webhooks }) => webhooks.make(caller, hook))
  }

  async changeWebhook(
    caller: Asker,
    id: WebhookId,
    patch: WebhookPatch & { readonly ownHost?: string },
  ) {
    return this.ask(({ webhooks }) => webhooks.change(caller, id, patch))
  }

  async removeWebhook(caller: Asker, id: WebhookId) {
    return this.ask(({ webhooks }) => webhooks.remove(caller, id))
  }

  async renewWebhookSecret(caller: Asker, id: WebhookId, secret: string) {
    return this.ask(({ webhooks }) => webhooks.renewSecret(caller, id, secret))
  }

  async testWebhook(caller: Asker, id: WebhookId): Promise<Answer<number | null>> {
    const found = this.ask((open) => {
      const hook = open.webhooks.toTest(caller, id)
      return hook.ok ? yes({ hook: hook.value, deliveries: open.deliveries }) : hook
    })
    return found.ok ? yes(await found.value.deliveries.test(found.value.hook)) : found
  }

  async mayChange(caller: Asker) {
    return this.ask(({ people }) => people.mayChange(caller))
  }

  async change(caller: Asker, entry: DirectoryEntry) {
    return this.ask(({ people }) => people.change(caller, entry))
  }

  async configure(caller: Asker, settings: Partial<RoomSettings>) {
    return this.ask(({ people }) => people.configure(caller, settings))
  }

  async mayInvite(caller: Asker) {
    return this.ask(({ people }) => people.mayInvite(caller))
  }

  async honoursInvitesOf(userId: UserId) {
    return this.ask((open) => yes(honoursInvitesOf(open, userId)))
  }

  async members(caller: Asker | null, page: { after: MemberPlace | null; limit: number }) {
    return this.ask(({ people }) => people.members(caller, page))
  }

  async bans(caller: Asker, page: { after: UserId | null; limit: number }) {
    return this.ask(({ people }) => people.bans(caller, page))
  }

  async history(caller: Asker | null, query: HistoryQuery) {
    return this.ask(({ room }) => room.history(caller, query))
  }

  async search(caller: Asker, search: RoomSearch) {
    return this.ask(({ room }) => room.search(caller, search))
  }

  async confirm(caller: Asker, seqs: readonly Seq[]) {
    return this.ask((open) => confirm(open, caller, seqs))
  }

  async post(caller: Asker, message: NewMessage) {
    return this.ask(({ room }) => room.send(caller, message))
  }

  async edit(caller: Asker, revision: Revision) {
    return this.ask(({ room }) => room.edit(caller, revision))
  }

  async erase(caller: Asker, erasure: Erasure) {
    return this.ask(({ room }) => room.erase(caller, erasure))
  }

  async react(caller: Asker, reaction: Reaction) {
    return this.ask(({ room }) => room.react(caller, reaction))
  }

  async markRead(caller: Asker, seq: Seq) {
    return this.ask(({ signs }) => signs.markRead(caller, seq))
  }

  async exportRoom(caller: Asker, format: ExportFormat) {
    return this.ask((open) => this.exportAs(caller, format, open))
  }

  async restore(lines: ReadableStream<Uint8Array>) {
    return this.restoreFrom(lines)
  }

  async renewEpoch() {
    return this.beginEpoch()
  }

  async mirrorState() {
    return this.ask(({ archive }) => ({ ok: true, value: archive.state }))
  }
}
