// Where the tools' own words go; only what went wrong is shown as well.

import { createWriteStream } from 'node:fs'

export interface Log {
  readonly path: string
  /** One line of a tool. */
  write(line: string): void
}

const looksWrong = /\berror\b|✘/i
const isKnownNoise = /Request\.cf|"level":"info"/

export function openLog(path: string): Log {
  const file = createWriteStream(path)
  return {
    path,
    write: (line) => {
      file.write(`${line}\n`)
      if (looksWrong.test(line) && !isKnownNoise.test(line)) console.error(line)
    },
  }
}
