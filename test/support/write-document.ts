// Writes the API's document to build/openapi.json: made once, not in each of many test files.

import { writeFile } from 'node:fs/promises'
import { document } from './every-route.ts'

await writeFile(new URL('../../build/openapi.json', import.meta.url), JSON.stringify(document))
