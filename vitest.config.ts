import { defineConfig } from 'vitest/config'
import { lucideNodes } from './web/build/lucide-nodes.ts'

const ours = ['{protocol,database,durable,worker,web,dev,test}/**/*.test.{ts,tsx}']

const inProcess =
  'test/@(boundaries|dependencies|operators|proofs|secrets|simulation|mutants|timers).test.ts'

/** They judge what a neighbour would disturb, a latency or memory, or hash passwords by the dozen. */
const alone = [
  'test/@(overload|slow-reader|long-run).test.ts',
  'worker/routes/@(account-races|auth|deletion-races|guessing|races|timing).test.ts',
]

const onServers = {
  globalSetup: ['test/support/build.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

// One group after another. Unit tests share the machine freely. The others start servers, browsers and
// kills, mostly to wait for them: two files at a time, but for those that must have it to themselves.
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [lucideNodes()],
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'unit',
          testTimeout: 30_000,
          include: ours,
          exclude: [
            'test/!(boundaries|dependencies|operators|proofs|secrets|simulation|mutants|timers)*.test.ts',
            'test/support/**',
            'dev/**',
            'worker/routes/**',
            'node_modules/**',
          ],
        },
      },
      {
        test: {
          ...onServers,
          name: 'system',
          include: ['test/**/*.test.ts', 'dev/**/*.test.ts', 'worker/routes/**/*.test.ts'],
          exclude: [inProcess, ...alone, 'node_modules/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...onServers,
          name: 'alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
