// A body that may be large: passed on as it comes, and broken off where it grows too long. [LIM4]

import { Failure } from '../protocol/failures.ts'

/**
 * Fails `tooLarge` at once for a length that is announced. Else whoever reads `lines` meets an error,
 * which `reason` tells from one of their own. Of bytes, because the runtime hands no other stream to
 * another object.
 */
export function limited(
  request: Request,
  bytesMax: number,
): { lines: ReadableStream<Uint8Array>; reason: (error: unknown) => unknown } {
  if (!request.body) throw new Failure('malformed')
  if (Number(request.headers.get('content-length')) > bytesMax) throw new Failure('tooLarge')
  const reader = request.body.getReader()
  let bytes = 0
  const lines = new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) return controller.close()
      bytes += value.byteLength
      if (bytes > bytesMax) throw new Failure('tooLarge')
      controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return { lines, reason: (error) => (bytes > bytesMax ? new Failure('tooLarge') : error) }
}
