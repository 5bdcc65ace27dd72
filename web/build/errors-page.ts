// `/docs/errors`: what the `type` of every problem leads to. Made of the one table, at build time.

import type { Plugin } from 'vite'
import { type FailureCode, failures } from '../../protocol/failures.ts'

const remedies = {
  stop: '',
  retry: 'Wait as long as <code>retryAfterMs</code> says, then repeat.',
  renew: 'Get a new access token, then repeat.',
}

export function errorsPage(): Plugin {
  return {
    name: 'errors-page',
    apply: 'build',
    generateBundle(_, bundle) {
      const style = Object.keys(bundle).find((name) => /^assets\/docs-.*\.css$/.test(name))
      if (!style) return this.error('The page of the errors has no style.')
      const codes = Object.keys(failures) as FailureCode[]
      const source = page(`/${style}`, codes.map(entry).join('\n'))
      this.emitFile({ type: 'asset', fileName: 'docs/errors.html', source })
    },
  }
}

function entry(code: FailureCode): string {
  const { status, title, remedy, ...more } = failures[code]
  const close = 'close' in more ? `, a socket closes with ${more.close}` : ''
  return `      <dt id="${code}"><code>${code}</code> <small>${status}${close}</small></dt>
      <dd>${title} ${remedies[remedy]}</dd>`
}

const page = (style: string, entries: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="color-scheme" content="light dark" />
    <title>Errors · Parley</title>
    <script src="/theme.js"></script>
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="${style}" />
  </head>
  <body>
    <header class="bar">
      <a href="/"><img src="/icon.svg" alt="" width="28" height="28" />Parley</a>
      <a href="/docs">API</a>
    </header>
    <main class="errors">
      <h1>What can go wrong</h1>
      <p>Every error of the API is a problem document with one of these codes; on the room socket they come in <code>refused</code> and <code>closing</code>. Where nothing else is said, the same again will fail again.</p>
      <dl>
${entries}
      </dl>
    </main>
  </body>
</html>
`
