// A body of unknown length, passed on as it comes and broken off where it grows too long. [LIM4]

/**
 * Whoever reads `lines` meets an error then, and `isTooLong` says why. Of bytes, because the runtime
 * hands no other stream to another object.
 */
export function limited(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
): { lines: ReadableStream<Uint8Array>; isTooLong: () => boolean } {
  const reader = body.getReader()
  let bytes = 0
  const lines = new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) return controller.close()
      bytes += value.byteLength
      if (bytes > bytesMax) throw new Error('The body is too long.')
      controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return { lines, isTooLong: () => bytes > bytesMax }
}
