// Who writes just now. Keeps its place whether anybody does or not: nothing moves. [SOK10]

import type { UserId } from '../../protocol/ids.ts'
import { isolated, nameList } from '../i18n/format.ts'
import { words } from '../i18n/words.ts'
import type { RoomStore } from '../store/room-store.ts'

/** More names than these are a crowd. */
const namesMax = 3

export function TypingLine({ store }: { store: RoomStore }) {
  const text = words().timeline
  const people = store.model.value?.people
  const typing = store.typing.value
  const nameOf = (userId: UserId) => people?.get(userId)?.name ?? words().room.formerMember
  const names = typing.map((userId) => isolated(nameOf(userId)))
  return (
    <div class="typing">
      <p class="ellipsis">
        {names.length > namesMax && text.manyTyping}
        {names.length > 0 && names.length <= namesMax && text.typing(nameList(names), names.length)}
      </p>
    </div>
  )
}
