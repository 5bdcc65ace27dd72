// A wire between a client and a server that a test can cut, silence or slow down. [R20, R7]

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  /** Stands for the server's own. */
  readonly url: string
  /** From now on nothing is passed on, either way, and nobody is told: no FIN, no RST. */
  blackHole(): void
  /** Every byte from now on comes so much later. */
  delay(ms: number): void
  /** Both ends are reset once so many more bytes have passed towards the client. */
  cutAfter(bytes: number): void
  stop(): Promise<void>
}

/** Ends with its process or `stop`; each connection is its own wire, all under the same weather. */
export async function startTcpProxy(toPort: number): Promise<TcpProxy> {
  const wires = new Set<Socket>()
  let isSilent = false
  let delayMs = 0
  let bytesLeft = Number.POSITIVE_INFINITY

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true })
    for (const one of [client, upstream]) wires.add(one)
    const cut = () => {
      for (const one of [client, upstream]) {
        one.resetAndDestroy()
        wires.delete(one)
      }
    }
    const pass = (to: Socket, chunk: Buffer, isToClient: boolean) => {
      if (isSilent || to.destroyed) return
      const part = isToClient ? chunk.subarray(0, bytesLeft) : chunk
      if (isToClient) bytesLeft -= part.length
      to.write(part)
      if (bytesLeft <= 0) to.end(cut)
    }
    const join = (from: Socket, to: Socket, isToClient: boolean) => {
      const later = (work: () => void) => (delayMs > 0 ? setTimeout(work, delayMs) : work())
      from.on('data', (chunk) => later(() => pass(to, chunk, isToClient)))
      from.on('end', () => later(() => !isSilent && to.end()))
      from.on('error', () => !isSilent && to.destroy())
    }
    join(client, upstream, false)
    join(upstream, client, true)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No TCP port was taken.')
  return {
    url: `http://localhost:${address.port}`,
    blackHole: () => {
      isSilent = true
    },
    delay: (ms) => {
      delayMs = ms
    },
    cutAfter: (bytes) => {
      bytesLeft = bytes
    },
    stop: async () => {
      for (const wire of wires) wire.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
