// A body of unknown length, passed on as it comes and broken off where it grows too long. [LIM4]

/**
 * Whoever reads `lines` finds them unfinished then, and `isTooLong` says why. The runtime hands only
 * streams of bytes to another object, which the identity stream is.
 */
export function limited(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
): { lines: ReadableStream<Uint8Array>; isTooLong: () => boolean } {
  let bytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > bytesMax) throw new Error('The body is too long.')
      controller.enqueue(chunk)
    },
  })
  const { readable, writable } = new IdentityTransformStream()
  // A break shows at the reader's end, too, which is where it is answered.
  body
    .pipeThrough(counted)
    .pipeTo(writable)
    .catch(() => {})
  return { lines: readable, isTooLong: () => bytes > bytesMax }
}
