// Builds the app to build/web. The gallery and the tests use the same plugins.

import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'
import { budgetsKept } from './web/build/budgets.ts'
import { errorsPage } from './web/build/errors-page.ts'
import { lucideNodes } from './web/build/lucide-nodes.ts'

const page = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: 'web',
  publicDir: 'public',
  plugins: [lucideNodes(), preact({ devToolsEnabled: false }), budgetsKept(), errorsPage()],
  // What is served while one works on it: the docs' page is only ever built.
  optimizeDeps: { entries: ['index.html', 'app/gallery/index.html'] },
  server: { fs: { allow: ['..'] } },
  build: {
    rolldownOptions: { input: [page('web/index.html'), page('web/docs.html')] },
    outDir: '../build/web',
    emptyOutDir: true,
    target: 'es2024',
    // No inline data: the policy of _headers allows files of our own only.
    assetsInlineLimit: 0,
    // The polyfill is an inline-free script too, but every browser we serve preloads by itself.
    modulePreload: { polyfill: false },
  },
})
