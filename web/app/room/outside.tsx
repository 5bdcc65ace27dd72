// A public room seen from outside: its card, and the way in.

import type { RoomCard } from '../../../protocol/api/rooms.ts'
import { words } from '../../i18n/words.ts'
import { Icon } from '../../view/icon.tsx'
import { JoinButton } from '../join-button.tsx'
import { PageBar } from '../page-bar.tsx'

interface Props {
  readonly card: RoomCard
  readonly signedIn: boolean
  readonly onJoined: () => void
}

export function OutsideRoom({ card, signedIn, onJoined }: Props) {
  const text = words()
  return (
    <>
      {signedIn && <PageBar title={card.name} />}
      <div class="fill">
        <div class="blank">
          <span class="blank-sign">
            <Icon name="hash" />
          </span>
          {signedIn ? (
            <h2>{text.room.outsideTitle}</h2>
          ) : (
            <h1 tabIndex={-1}>
              <bdi>{card.name}</bdi>
            </h1>
          )}
          <p dir="auto">{card.topic || text.directory.noTopic}</p>
          <p class="badge">{text.directory.members(card.memberCount)}</p>
          <div class="blank-actions">
            <JoinButton
              room={card}
              label={signedIn ? text.room.join : text.room.loginToJoin}
              primary
              onJoined={onJoined}
            />
          </div>
        </div>
      </div>
    </>
  )
}
