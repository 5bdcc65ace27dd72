// Prints a test run's one closing line: `N passed, N failed`. Fails where nothing was run.

import { readFile } from 'node:fs/promises'

const report = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'))
const { numPassedTests: passed, numFailedTests, numFailedTestSuites } = report
const failed =
  numFailedTests === 0 && !report.success ? Math.max(1, numFailedTestSuites) : numFailedTests
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = passed > 0 && failed === 0 ? 0 : 1
