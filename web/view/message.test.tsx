// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { FailureCode } from '../../protocol/failures.ts'
import type { MessageId, Seq, UserId } from '../../protocol/ids.ts'
import { words } from '../i18n/words.ts'
import type { Draft } from '../store/room-store.ts'
import { Message } from './message.tsx'
import { Reactions } from './message-extras.tsx'
import { MessageText } from './message-text.tsx'

afterEach(cleanup)

function show(status: Draft['status'], done: (what: string) => void = () => undefined) {
  const draft: Draft = {
    ...{ id: 'd1' as MessageId, body: 'hello', createdAt: 0, status },
    ...{ replyTo: null, mentions: [] },
  }
  return render(
    <Message
      authorId={'me' as UserId}
      authorHref={null}
      you={'me' as UserId}
      people={new Map()}
      original={undefined}
      pending={false}
      onReact={null}
      leads
      row={null}
      draft={draft}
      sent={false}
      onRetry={({ id }) => done(`retry ${id}`)}
      onDiscard={({ id }) => done(`discard ${id}`)}
    />,
  )
}

test.each(FailureCode.options)(
  '[CMP4] a draft refused %s says why and what can be done',
  async (code) => {
    const done: string[] = []
    show({ state: 'failed', code }, (what) => done.push(what))
    expect(screen.getByText(words().failures[code], { exact: false })).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Retry' }))
    await fireEvent.click(screen.getByRole('button', { name: 'Delete' }))
    expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy()
    expect(done).toEqual(['retry d1', 'discard d1'])
  },
)

test('[CMP4] waiting and sending are told in words, not by a sign alone', () => {
  show({ state: 'waiting' })
  expect(screen.getByText('Waiting to send')).toBeTruthy()
  cleanup()
  show({ state: 'sending', sinceMs: 0 })
  expect(screen.getByText('Sending…')).toBeTruthy()
})

test('[V-15 TML10] markup stays text, links go out safely, line breaks stay', () => {
  const { container } = render(
    <MessageText body={'<img src=x onerror=alert(1)>\nsee https://a.example'} />,
  )
  expect(container.querySelector('img')).toBeNull()
  expect(container.textContent).toContain('<img src=x onerror=alert(1)>\nsee')
  expect(screen.getByRole('link').getAttribute('rel')).toBe('noopener noreferrer nofollow ugc')
  expect(container.querySelector('p')?.getAttribute('dir')).toBe('auto')
})

test('[TML9] a reaction tells how many and who, also those not known by name', () => {
  const [me, ana] = ['me' as UserId, 'ana' as UserId]
  const strangers = Array.from({ length: 40 }, (_, n) => `u${n}` as UserId)
  const people = new Map([[ana, { id: ana, name: 'Ana', avatar: null }]])
  const reactions = { '👍': [ana, me, ...strangers] }
  render(<Reactions {...{ seq: 1 as Seq, own: me, people, reactions }} onReact={null} />)
  const chip = screen.getByRole<HTMLButtonElement>('button', { name: /Ana/u })
  expect(chip.getAttribute('aria-label')).toMatch(/^👍 42: .*Ana.* and 41 others$/u)
  expect(chip.getAttribute('aria-pressed')).toBe('true')
  expect(chip.disabled).toBe(true)
})
