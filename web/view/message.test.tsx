// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import { FailureCode } from '../../protocol/failures.ts'
import type { MessageId, UserId } from '../../protocol/ids.ts'
import { words } from '../i18n/words.ts'
import type { Draft } from '../store/room-store.ts'
import { Message } from './message.tsx'
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

test('[TML10] markup stays text, links go out safely, line breaks stay', () => {
  const { container } = render(
    <MessageText body={'<img src=x onerror=alert(1)>\nsee https://a.example'} />,
  )
  expect(container.querySelector('img')).toBeNull()
  expect(container.textContent).toContain('<img src=x onerror=alert(1)>\nsee')
  expect(screen.getByRole('link').getAttribute('rel')).toBe('noopener noreferrer nofollow ugc')
  expect(container.querySelector('p')?.getAttribute('dir')).toBe('auto')
})
