// The runtime's own binary on a free port: started, killed by its own pid, started again over the
// same storage. `wrangler dev` relays sockets through a second process; this is the real thing.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const binary = new URL('../../node_modules/workerd/bin/workerd', import.meta.url).pathname

export interface WorkerdOptions {
  /** The bundle: module name → absolute path. The first is the entry. */
  readonly modules: Readonly<Record<string, string>>
  /** Text bindings: vars and secrets. */
  readonly vars?: Readonly<Record<string, string>>
  /** Binding name → class of SQLite-backed objects. */
  readonly objects?: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  /** Kept after `stop` when given; else a temporary folder goes with the process. */
  readonly dataDir?: string
}

export interface Workerd {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Where the objects' storage lies. */
  readonly dataDir: string
  /** Everything it printed. */
  readonly output: () => string
  /** SIGKILL: no goodbye, no flush. */
  kill(): Promise<void>
  /** After `kill`: the same port, the same storage. Resolves when it accepts connections. */
  start(): Promise<void>
  /** Kills and removes what is temporary. */
  stop(): Promise<void>
}

export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const home = await mkdtemp(join(tmpdir(), 'parley-workerd-'))
  const dataDir = options.dataDir ?? join(home, 'objects')
  await mkdir(dataDir, { recursive: true })
  for (const [name, path] of Object.entries(options.modules)) await copyFile(path, join(home, name))
  const port = await freePort()
  const config = join(home, 'config.capnp')
  await writeFile(config, configText(options, { dataDir, port }))

  let output = ''
  let child: ChildProcess | null = null
  const start = async () => {
    child = spawn(binary, ['serve', '--experimental', config], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    await accepts(port, () => (child?.exitCode === null ? null : output))
  }
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const stop = async () => {
    await kill()
    await rm(home, { recursive: true, force: true })
  }
  await start()
  return {
    url: `http://localhost:${port}`,
    port,
    dataDir,
    get pid() {
      return child?.pid ?? 0
    },
    output: () => output,
    kill,
    start,
    stop,
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No TCP port was taken.')
  return address.port
}

function configText(
  { modules, vars = {}, objects = {}, flags = [] }: WorkerdOptions,
  { dataDir, port }: { dataDir: string; port: number },
): string {
  const text = JSON.stringify
  const list = (items: string[]) => `[${items.join(', ')}]`
  const flagList = ['no_web_socket_compression', 'global_fetch_strictly_public', ...flags]
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "objects", disk = (path = ${text(dataDir)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = ${list(Object.keys(modules).map((name) => `(name = ${text(name)}, esModule = embed ${text(name)})`))},
  compatibilityDate = "2026-10-06",
  compatibilityFlags = ${list([...new Set(flagList)].map((flag) => text(flag)))},
  bindings = ${list([
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
    ...Object.entries(objects).map(
      ([name, value]) => `(name = ${text(name)}, durableObjectNamespace = ${text(value)})`,
    ),
  ])},
  durableObjectNamespaces = ${list(Object.values(objects).map((name) => `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`))},
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "internet"
);
`
}

/** Resolves when the port takes a connection; rejects with what was printed when it never will. */
async function accepts(port: number, died: () => string | null): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const last = died()
    if (last !== null) throw new Error(`workerd ended: ${last}`)
    if (await connects(port)) return
  }
  throw new Error('workerd never accepted a connection.')
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(resolve, 5, false))
  })
}
