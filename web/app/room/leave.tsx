// Leaving a room: asked once, naming it and what it means. [APP19]

import { unknown } from 'valibot'
import type { RoomRow } from '../../../protocol/changes.ts'
import { words } from '../../i18n/words.ts'
import { Dialog } from '../dialog.tsx'
import { FormError, Submit } from '../form/form-end.tsx'
import { useForm } from '../form/use-form.ts'
import { useServices } from '../services.ts'

interface Props {
  readonly room: RoomRow
  readonly onLeft: () => void
  readonly onClose: () => void
}

export function Leave({ room, onLeft, onClose }: Props) {
  const { api, myRooms } = useServices()
  const text = words().room
  const form = useForm({
    schema: unknown(),
    request: (given) => given,
    send: async () => {
      await api.leave(room.id)
      myRooms.remove(room.id)
      onLeft()
    },
  })
  return (
    <Dialog title={text.leaveTitle(room.name)} onClose={onClose}>
      <form class="form" onSubmit={form.onSubmit}>
        <p>{room.visibility === 'private' ? text.leavePrivate : text.leavePublic}</p>
        <FormError form={form} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {words().app.cancel}
          </button>
          <Submit form={form} label={text.leave} busy={text.leave} danger />
        </div>
      </form>
    </Dialog>
  )
}
