// Everything the Worker asks of a room, each call one question to the part that knows.

import type { HistoryQuery } from '../protocol/api/messages.ts'
import type { RoomSettings } from '../protocol/changes.ts'
import type { Seq, SessionId, UserId } from '../protocol/ids.ts'
import { no, yes } from './answers.ts'
import { honoursInvitesOf, noted } from './asked.ts'
import { confirm } from './confirming.ts'
import type {
  Asker,
  DirectoryEntry,
  Erasure,
  ExportFormat,
  MemberChangeRequest,
  MemberPlace,
  NewMessage,
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
