// `npm run smoke -- --url https://chat.example.com`: whether a deployment does what people come for.
// Signs in as SMOKE_LOGIN with SMOKE_PASSWORD, or makes an account and deletes it at the end.

import { parseArgs } from 'node:util'
import { smoke } from './smoke/smoke.ts'

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const { SMOKE_LOGIN: login, SMOKE_PASSWORD: password } = process.env

if (values.url === undefined) {
  console.error('Say which one: npm run smoke -- --url https://chat.example.com')
  process.exit(1)
}
const account = login !== undefined && password !== undefined ? { login, password } : null
const problems = await smoke(values.url, account, (done) => console.log(done))
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? `${values.url} works` : `${values.url} does not work`)
process.exit(problems.length === 0 ? 0 : 1)
