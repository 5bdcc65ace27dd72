// Waits until a person who opens the address would see Parley.

import { setTimeout as delay } from 'node:timers/promises'

const askEveryMs = 100

export async function whenReady(port: number, withApp: boolean): Promise<void> {
  const paths = ['/api/v1/ready', ...(withApp ? ['/'] : [])]
  for (const path of paths) {
    while (!(await answers(`http://localhost:${port}${path}`))) await delay(askEveryMs)
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}
