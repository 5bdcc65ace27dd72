// Ports of this machine: one that is asked for, one that is free.

import { once } from 'node:events'
import { createServer } from 'node:net'

/** Says so at once, instead of letting a runtime fail far from here. */
export async function refuseTakenPort(port: number): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const isTaken = await listenOnce(port, host).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'EADDRINUSE',
    )
    if (isTaken) {
      throw new Error(`Port ${port} is taken. Choose another: npm run dev -- --port ${port + 1}`)
    }
  }
}

export function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1')
}

async function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No TCP port was taken.')
  return address.port
}
