import { defineConfig } from 'vitest/config'
import { lucideNodes } from './web/build/lucide-nodes.ts'

const ours = ['{protocol,database,durable,worker,web,dev,test}/**/*.test.{ts,tsx}']

// Unit tests share the machine freely; the others start servers, browsers and kills, one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [lucideNodes()],
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'unit',
          include: ours,
          exclude: [
            'test/!(boundaries|simulation|mutants)*.test.ts',
            'test/support/**',
            'dev/**',
            'worker/routes/**',
            'node_modules/**',
          ],
        },
      },
      {
        test: {
          name: 'system',
          globalSetup: ['test/support/build.ts'],
          include: ['test/**/*.test.ts', 'dev/**/*.test.ts', 'worker/routes/**/*.test.ts'],
          exclude: ['test/@(boundaries|simulation|mutants).test.ts', 'node_modules/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
