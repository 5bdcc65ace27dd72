// The database in a thread of its own: what it costs must not make the receivers late.

import { once } from 'node:events'
import { parentPort, Worker } from 'node:worker_threads'
import { migrate } from '../../dev/migrate.ts'
import { type Postgres, startPostgres } from '../../dev/postgres.ts'

export async function startPostgresAside(): Promise<Postgres> {
  const worker = new Worker(new URL(import.meta.url))
  const [{ url, port }] = await once(worker, 'message')
  const close = async () => void (await worker.terminate())
  return { url, port, faults: () => 'none', delayMs: () => 0, close }
}

if (parentPort) {
  const { url, port } = await startPostgres()
  await migrate(url)
  parentPort.postMessage({ url, port })
}
