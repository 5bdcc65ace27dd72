// The commonest passwords, out of a ranked list that others keep. As a command (`npm run passwords`)
// it writes those that the Worker refuses.

import { writeFile } from 'node:fs/promises'
import ranked from '@zxcvbn-ts/language-common/src/passwords.json' with { type: 'json' }
import { commonPasswords, passwordCharactersMin } from '../protocol/account-limits.ts'
import { comparable } from '../worker/domain/common-passwords.ts'

/** In the order of their use. Shorter ones are refused for their length alone. [S14] */
export function commonest(count: number): string[] {
  const distinct = [...new Set(ranked.map(comparable))]
  return distinct.filter((text) => [...text].length >= passwordCharactersMin).slice(0, count)
}

const target = new URL('../worker/domain/common-passwords.json', import.meta.url)

if (import.meta.main) {
  await writeFile(target, `${JSON.stringify(commonest(commonPasswords), null, 2)}\n`)
}
