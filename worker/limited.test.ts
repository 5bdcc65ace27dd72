import { expect, it } from 'vitest'
import { limited } from './limited.ts'

const requestOf = (body: ReadableStream<Uint8Array> | undefined, headers = {}) =>
  new Request('https://example.com', {
    ...{ method: 'POST', headers, body, duplex: 'half' },
  } as RequestInit)

const bodyOf = (...chunks: number[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const bytes of chunks) controller.enqueue(new Uint8Array(bytes))
      controller.close()
    },
  })

const sizeOf = async (stream: ReadableStream<Uint8Array>) =>
  (await new Response(stream).arrayBuffer()).byteLength

it.each([[4, 5], [5, 5], [10], []])('[LIM4] passes %s and %s bytes on', async (...chunks) => {
  const { lines, reason } = limited(requestOf(bodyOf(...chunks)), 10)
  expect(await sizeOf(lines)).toBe(chunks.reduce((sum, bytes) => sum + bytes, 0))
  expect(reason('another')).toBe('another')
})

it('[LIM4] breaks off at the first byte too many, and says that this was why', async () => {
  const { lines, reason } = limited(requestOf(bodyOf(5, 6, 5)), 10)
  await expect(sizeOf(lines)).rejects.toThrow()
  expect(reason('another')).toMatchObject({ code: 'tooLarge' })
})

it('[LIM4] takes nothing of what is said to be too long', () => {
  const said = (bytes: number) => requestOf(bodyOf(1), { 'content-length': String(bytes) })
  expect(() => limited(said(11), 10)).toThrowError(expect.objectContaining({ code: 'tooLarge' }))
  expect(() => limited(said(10), 10)).not.toThrow()
  const empty = () => limited(requestOf(undefined), 10)
  expect(empty).toThrowError(expect.objectContaining({ code: 'malformed' }))
})

it('reads no further than its reader does', async () => {
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: () => {
      isCancelled = true
    },
  })
  const { lines } = limited(requestOf(body), 1_000)
  await lines.cancel()
  expect(isCancelled).toBe(true)
})
