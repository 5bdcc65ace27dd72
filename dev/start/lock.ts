// A data folder is one copy's at a time: two databases in one folder would ruin it.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Throws when a process that is alive holds the folder; a lock that was left behind is taken over.
 * Returns how to give it back.
 */
export function lockFolder(dataDir: string): () => void {
  const path = join(dataDir, 'dev.pid')
  if (!took(path) && !(isLeftBehind(path) && took(path))) {
    throw new Error(
      `The folder ${dataDir} is in use. Choose another: npm run dev -- --data DIR\n` +
        `(If nothing uses it, delete ${path}.)`, // Its number may be another process's by now.
    )
  }
  return () => rmSync(path, { force: true })
}

/** Making a file that must not be there is the one step that only one of two can do. */
function took(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

function isLeftBehind(path: string): boolean {
  if (isAlive(Number(readFileSync(path, 'utf8')))) return false
  rmSync(path, { force: true })
  return true
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false // Of an earlier life of the machine: we hold nothing yet.
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === code
}
