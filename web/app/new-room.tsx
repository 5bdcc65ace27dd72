// A new room: its name, what it is about, who can come in. [APP5]

import { useLocation } from 'preact-iso/router'
import { CreateRoomRequest } from '../../protocol/api/rooms.ts'
import { roomNameCharactersMax, topicCharactersMax } from '../../protocol/limits.ts'
import { words } from '../i18n/words.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './form/field.tsx'
import { FormError, Submit } from './form/form-end.tsx'
import { useForm } from './form/use-form.ts'
import { useServices } from './services.ts'

export function NewRoom({ name = '', onClose }: { name?: string; onClose: () => void }) {
  const { api, myRooms } = useServices()
  const { route } = useLocation()
  const text = words().newRoom
  const form = useForm({
    schema: CreateRoomRequest,
    request: (given) => ({
      name: given['name']?.trim(),
      topic: given['topic']?.trim(),
      visibility: given['visibility'],
    }),
    send: async (request) => {
      const room = await api.createRoom(request)
      void myRooms.reload()
      onClose()
      route(`/rooms/${room.id}`)
    },
  })
  return (
    <Dialog title={text.title} onClose={onClose}>
      <form class="form" noValidate onSubmit={form.onSubmit}>
        <Field name="name" errors={form.errors} value={name} countTo={roomNameCharactersMax} />
        <Field name="topic" errors={form.errors} multiline optional countTo={topicCharactersMax} />
        <fieldset class="choices">
          <legend>{text.visibility}</legend>
          <Choice value="public" name={text.public} hint={text.publicHint} checked />
          <Choice value="private" name={text.private} hint={text.privateHint} />
        </fieldset>
        <FormError form={form} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {words().app.cancel}
          </button>
          <Submit form={form} label={text.submit} busy={text.busy} />
        </div>
      </form>
    </Dialog>
  )
}

function Choice(props: { value: string; name: string; hint: string; checked?: boolean }) {
  return (
    <label class="choice">
      <input
        type="radio"
        name="visibility"
        value={props.value}
        defaultChecked={props.checked ?? false}
      />
      <span class="choice-name">{props.name}</span>
      <span class="choice-hint">{props.hint}</span>
    </label>
  )
}
