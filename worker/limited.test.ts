import { expect, it } from 'vitest'
import { limited } from './limited.ts'

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
  const { lines, isTooLong } = limited(bodyOf(...chunks), 10)
  expect(await sizeOf(lines)).toBe(chunks.reduce((sum, bytes) => sum + bytes, 0))
  expect(isTooLong()).toBe(false)
})

it('[LIM4] breaks off at the first byte too many', async () => {
  const { lines, isTooLong } = limited(bodyOf(5, 6, 5), 10)
  await expect(sizeOf(lines)).rejects.toThrow()
  expect(isTooLong()).toBe(true)
})

it('reads no further than its reader does', async () => {
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: () => {
      isCancelled = true
    },
  })
  const { lines } = limited(body, 1_000)
  await lines.cancel()
  expect(isCancelled).toBe(true)
})
