// `npm run dev`: everything Parley needs, started together, stopped together.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from './migrate.ts'
import { startPostgres } from './postgres.ts'
import { lockFolder } from './start/lock.ts'
import { openLog } from './start/log.ts'
import { readOptions } from './start/options.ts'
import { refuseTakenPort } from './start/port.ts'
import { whenReady } from './start/ready.ts'
import { writeSecrets } from './start/secrets.ts'
import { watchWeb } from './start/web.ts'
import { startWorker } from './start/worker.ts'

const { port, dataDir } = readOptions()
const stops: (() => Promise<unknown>)[] = []
let isStopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
await start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return stop(1)
})

async function start(): Promise<void> {
  await refuseTakenPort(port)
  await mkdir(dataDir, { recursive: true })
  const unlock = lockFolder(dataDir)
  stops.push(async () => unlock())
  const log = openLog(join(dataDir, 'dev.log'))

  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') })
  stops.push(() => postgres.close())
  await migrate(postgres.url)

  const web = await watchWeb(join(dataDir, 'web'), log)
  stops.push(() => web.close())

  const secrets = await writeSecrets(dataDir, postgres.url)
  const worker = startWorker({ port, dataDir, secrets, web: web.folder, log })
  stops.push(() => worker.stop())
  const died = worker.ended.then(() => {
    if (!isStopping) throw new Error(`The Worker ended. See ${log.path}.`)
  })
  await Promise.race([whenReady(port, web.isApp), died])
  console.log(`ready http://localhost:${port}`)
  await died
}

/** In the reverse order of starting, each given its time; a second Ctrl-C changes nothing. */
async function stop(code: number): Promise<void> {
  if (isStopping) return
  isStopping = true
  for (const end of stops.reverse()) await end().catch((error: unknown) => console.error(error))
  process.exit(code)
}
