// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { Composer } from './composer.tsx'

afterEach(cleanup)

function compose(saved = Promise.resolve('')) {
  const sent: string[] = []
  const typed: string[] = []
  render(
    <Composer
      roomName="Harbour"
      loadText={() => saved}
      onText={(text) => typed.push(text)}
      onSend={(body) => sent.push(body)}
    />,
  )
  const area = screen.getByRole<HTMLTextAreaElement>('textbox')
  const type = (value: string) => fireEvent.input(area, { target: { value } })
  return { sent, typed, area, type, button: screen.getByRole<HTMLButtonElement>('button') }
}

test('[CMP1] Enter sends what was typed and empties the box', async () => {
  const { sent, typed, area, type } = compose()
  await type('  hello\nthere ')
  await fireEvent.keyDown(area, { key: 'Enter' })
  expect(sent).toEqual(['hello\nthere'])
  expect(area.value).toBe('')
  expect(typed).toEqual(['  hello\nthere ', ''])
})

test('[CMP1] Enter that ends a composition sends nothing', async () => {
  const { sent, area, type } = compose()
  await type('にほん')
  await fireEvent.keyDown(area, { key: 'Enter', isComposing: true })
  expect(sent).toEqual([])
})

test('blank text cannot be sent', async () => {
  const { sent, area, type, button } = compose()
  await type(' \n ')
  expect(button.disabled).toBe(true)
  await fireEvent.keyDown(area, { key: 'Enter' })
  expect(sent).toEqual([])
})

test('[CMP7] too much text stays, is not sent, and says how much is too much', async () => {
  const { sent, area, type, button } = compose()
  await type('a'.repeat(4_002))
  await fireEvent.keyDown(area, { key: 'Enter' })
  expect(sent).toEqual([])
  expect(button.disabled).toBe(true)
  expect(area.value.length).toBe(4_002)
  expect(screen.getByRole('status').textContent).toContain('2 characters too many')
})

test('[CMP6] what was left unsent comes back', async () => {
  const { area } = compose(Promise.resolve('half a thought'))
  await vi.waitFor(() => expect(area.value).toBe('half a thought'))
})

test('[CMP6] what is typed before the saved text arrives wins', async () => {
  const saved = Promise.withResolvers<string>()
  const { area, type } = compose(saved.promise)
  await type('new')
  saved.resolve('old')
  await saved.promise
  expect(area.value).toBe('new')
})

test('a mute keeps the text and the button until its time, then both are free', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const sent: string[] = []
  const mutedUntil = Date.now() + 40 * 86_400_000 // More than a timer can wait at once.
  render(
    <Composer
      roomName="Harbour"
      loadText={async () => ''}
      onText={() => undefined}
      onSend={(body) => sent.push(body)}
      mutedUntil={mutedUntil}
    />,
  )
  const area = screen.getByRole<HTMLTextAreaElement>('textbox')
  await fireEvent.input(area, { target: { value: 'hello' } })
  await fireEvent.keyDown(area, { key: 'Enter' })
  expect(sent).toEqual([])
  expect(screen.getByText(/You were muted/u).textContent).toContain('20')
  await act(() => void vi.advanceTimersByTime(39 * 86_400_000))
  expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(true)
  await act(() => void vi.advanceTimersByTime(86_400_000))
  expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(false)
  await fireEvent.keyDown(area, { key: 'Enter' })
  expect(sent).toEqual(['hello'])
  vi.useRealTimers()
})
