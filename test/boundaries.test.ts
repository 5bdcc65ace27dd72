// What the compiler cannot see: who imports whom, rules without a test, documents that are not true.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
})
const files = String(tracked)
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || /^(test|bench|dev)\//.test(file)
const sources = files.filter((file) => /\.tsx?$/.test(file) && !isTest(file))

/** What a file imports: paths from the root for ours, names for packages. */
function importsOf(file: string): string[] {
  const named = read(file).matchAll(/(?:^|\n)(?:import|export)[^'"]*?from '([^']+)'/g)
  const bare = read(file).matchAll(/(?:^|\n)\s*import\(?\s*'([^']+)'/g)
  return [...named, ...bare].map(([, path = '']) =>
    path.startsWith('.') ? normalize(join(dirname(file), path)) : path,
  )
}

const importersOf = (target: RegExp, from: string[] = sources) =>
  from.filter((file) => importsOf(file).some((imported) => target.test(imported)))

/** What the platform calls: the only files of objects that know it, or the time. */
const shells = ['durable/login-guard.ts', 'durable/meter-object.ts', 'durable/room-object.ts']

describe('who imports whom', () => {
  it('only the shells of objects know the platform', () => {
    expect(importersOf(/^cloudflare:/)).toEqual(shells)
  })

  it('only database/ knows drizzle and the driver', () => {
    const outside = sources.filter(
      (file) => !file.startsWith('database/') && file !== 'drizzle.config.ts',
    )
    expect(importersOf(/^(drizzle-orm|@neondatabase)/, outside)).toEqual([])
  })

  it('protocol/ imports the schema library only', () => {
    const foreign = sources
      .filter((file) => file.startsWith('protocol/'))
      .flatMap(importsOf)
      .filter((imported) => !imported.startsWith('protocol/') && imported !== 'valibot')
    expect(foreign).toEqual([])
  })

  it('domain/ never sees a request, routes/ never see the database', () => {
    const domain = sources.filter((file) => file.startsWith('worker/domain/'))
    expect(importersOf(/^hono|^worker\/(routes|context|app)/, domain)).toEqual([])
    const routes = sources.filter((file) => file.startsWith('worker/routes/'))
    expect(importersOf(/^database\/(client|schema)/, routes)).toEqual([])
  })

  it('a view never sees a socket, and web/ talks to the server only in protocol/', () => {
    const view = sources.filter((file) => /^web\/(view|app)\//.test(file))
    expect(importersOf(/^web\/client\/(socket|connection)/, view)).toEqual([])
    const web = sources.filter((file) => file.startsWith('web/'))
    expect(importersOf(/^(worker|durable|database)\//, web)).toEqual([])
  })

  it('nothing imports dev/, test/ or bench/', () => {
    const shipped = sources.filter((file) => /^(protocol|database|durable|worker|web)\//.test(file))
    expect(importersOf(/^(dev|test|bench)\//, shipped)).toEqual([])
  })
})

describe('what is absent', () => {
  const shipped = sources.filter((file) => /^(protocol|database|durable|worker|web)\//.test(file))
  const withLine = (pattern: RegExp, from: string[]) =>
    from.filter((file) =>
      read(file)
        .split('\n')
        .some((line) => !isComment(line) && pattern.test(line)),
    )
  const isComment = (line: string) => /^\s*(\/\/|\*|\/\*)/.test(line)

  it('no await in the room, no clock or chance outside a shell', () => {
    const heart = [
      ...['room', 'people', 'signs', 'inbox', 'reception', 'presence', 'rights', 'ledger'],
      ...['messages', 'members', 'read-marks', 'reader', 'search', 'broadcaster', 'news'],
      ...['budgets', 'session', 'bots', 'forgetting', 'webhooks', 'delivery', 'tally', 'meter'],
    ]
    expect(
      withLine(
        /\bawait\b|\basync\b/,
        heart.map((name) => `durable/${name}.ts`),
      ),
    ).toEqual([])
    const durable = sources.filter((file) => file.startsWith('durable/'))
    expect(withLine(/Date\.now|new Date\(|Math\.random|setTimeout|setInterval/, durable)).toEqual(
      shells,
    )
    const protocol = sources.filter((file) => file.startsWith('protocol/'))
    expect(withLine(/Date\.now|new Date\(|Math\.random|setTimeout|crypto/, protocol)).toEqual([])
  })

  it('[S21] no markup from text, no interval in an object', () => {
    expect(withLine(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/i, shipped)).toEqual([])
  })

  it('[S28] no record of the audit log is ever changed or removed', () => {
    const change =
      /(update|delete)\(auditLog\)|(update|delete from|truncate) (audit_log|\$\{auditLog)/
    expect(withLine(change, shipped)).toEqual([])
  })

  it('no mutable variable at the top of a module of worker/ or durable/', () => {
    const server = sources.filter((file) => /^(worker|durable)\//.test(file))
    expect(withLine(/^(let|var) /, server)).toEqual([])
  })

  it('no file of ours over 300 lines', () => {
    const long = files
      .filter((file) =>
        /^(protocol|database|durable|worker|web|dev|test|bench)\/.*\.(tsx?|css)$/.test(file),
      )
      .filter((file) => read(file).split('\n').length > 301)
    expect(long).toEqual([])
  })

  it('[D-25] no registry host, no machine path, no settings of somebody’s own', () => {
    const texts = files.filter((file) => !/\.(png|ico|woff2)$/.test(file))
    const host = new RegExp(['registry', 'npmjs'].join('\\.'))
    expect(texts.filter((file) => host.test(read(file)))).toEqual([])
    expect(read('package-lock.json')).not.toContain('"resolved"')
    expect(texts.filter((file) => /\/(home|Users)\/\w+\/|\/work\/main/.test(read(file)))).toEqual(
      [],
    )
    expect(files.filter((file) => /^\.dev\.vars(?!\.example)|^\.env/.test(file))).toEqual([])
  })
})

it('the lock file names every optional package, or npm ci refuses it on another machine', () => {
  type Locked = { optionalDependencies?: Record<string, string> }
  const locked: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages
  const known = new Set(Object.keys(locked).map((path) => path.replace(/^.*node_modules\//, '')))
  const wanted = Object.values(locked).flatMap((one) => Object.keys(one.optionalDependencies ?? {}))
  expect(wanted.filter((name) => !known.has(name))).toEqual([])
})

describe('the documents', () => {
  const documents = files.filter((file) =>
    /^(README|ARCHITECTURE|SPEC)\.md$|^docs\/.*\.md$/.test(file),
  )
  const tests = files
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map(read)
    .join('\n')

  /** The ids that tests carry in their names. */
  const named = () =>
    [...tests.matchAll(/\[([A-Z][\w ./-]*)\]/g)].flatMap(([, ids = '']) => ids.split(' '))

  it('every rule of SPEC.md has a test named after it', () => {
    const rules = [...read('SPEC.md').matchAll(/^- \*\*([A-Z]+\d+)\*\*/gm)].map(([, rule]) => rule)
    expect(rules.length).toBeGreaterThan(20)
    expect(rules.filter((rule) => !named().includes(rule ?? ''))).toEqual([])
  })

  it('every limit is met by a test, and every goal of reliability has one', () => {
    const both = read('protocol/limits.ts') + read('protocol/account-limits.ts')
    const limits = [...both.matchAll(/^export const (\w+)/gm)]
    const unmet = limits.filter(([, name]) => !new RegExp(`\\b${name}\\b`).test(tests))
    expect(unmet.map(([, name]) => name)).toEqual([])
    const goals = Array.from({ length: 26 }, (_, n) => `R${n + 1}`)
    expect(goals.filter((goal) => !named().includes(goal))).toEqual([])
  })

  it('[D-50] every path, link and script they name exists', () => {
    const { scripts } = JSON.parse(read('package.json'))
    for (const document of documents) {
      const quoted = [...read(document).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)
      const fenced = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
      const ours =
        /^\.?(protocol|database|durable|worker|web|migrations|dev|test|bench|docs|ops|\.ci)\/[\w./-]*$|^[\w.-]+\.(md|toml|json)$/
      const paths = quoted.filter((text) => ours.test(text))
      expect([document, paths.filter((path) => !existsSync(join(root, path)))]).toEqual([
        document,
        [],
      ])
      expect([document, fenced.filter((name) => !(name in scripts))]).toEqual([document, []])
      const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      const targets = links.map(([, link = '']) => normalize(join(dirname(document), link)))
      expect([document, targets.filter((path) => !existsSync(join(root, path)))]).toEqual([
        document,
        [],
      ])
    }
  })
})
