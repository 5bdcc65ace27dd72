// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConnectionBar } from './connection-bar.tsx'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms))
const seen = () => screen.getByRole('status').textContent

test('[CON1] connecting is silent for 1.5 s', async () => {
  render(<ConnectionBar face={{ face: 'connecting' }} onRetry={() => undefined} />)
  await pass(1_499)
  expect(seen()).toBe('')
  await pass(1)
  expect(seen()).toBe('Connecting…')
})

test('[CON1] weather shorter than 1.5 s is never mentioned', async () => {
  const reconnecting = { face: 'reconnecting', retryAtMs: 1_005_000 } as const
  const { rerender } = render(<ConnectionBar face={reconnecting} onRetry={() => undefined} />)
  await pass(1_400)
  rerender(<ConnectionBar face={{ face: 'live' }} onRetry={() => undefined} />)
  await pass(10_000)
  expect(seen()).toBe('')
})

test('[CON1] a longer loss counts down and offers to retry now', async () => {
  const retry = vi.fn()
  render(<ConnectionBar face={{ face: 'reconnecting', retryAtMs: 1_010_000 }} onRetry={retry} />)
  await pass(2_000)
  expect(seen()).toContain('Trying again in 8 seconds')
  await pass(1_000)
  expect(seen()).toContain('Trying again in 7 seconds')
  await fireEvent.click(screen.getByRole('button', { name: 'Retry now' }))
  expect(retry).toHaveBeenCalledOnce()
})

test('[CON1] offline is said at once', async () => {
  render(<ConnectionBar face={{ face: 'offline' }} onRetry={() => undefined} />)
  await pass(10)
  expect(seen()).toContain('You are offline')
})
