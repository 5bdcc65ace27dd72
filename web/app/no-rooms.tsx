// Nobody's rooms yet: the two ways to the first one. [APP4]

import { useSignal } from '@preact/signals'
import { words } from '../i18n/words.ts'
import { Blank } from '../view/blank.tsx'
import { Icon } from '../view/icon.tsx'
import { NewRoom } from './new-room.tsx'

export function NoRooms() {
  const creating = useSignal(false)
  const text = words().rooms
  return (
    <Blank icon="messages" title={text.empty} hint={text.emptyHint}>
      <button
        type="button"
        class="button-primary"
        onClick={() => {
          creating.value = true
        }}
      >
        <Icon name="plus" />
        {text.create}
      </button>
      <a class="button" href="/directory">
        {text.browse}
      </a>
      {creating.value && (
        <NewRoom
          onClose={() => {
            creating.value = false
          }}
        />
      )}
    </Blank>
  )
}
