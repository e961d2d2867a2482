import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret of demo mode, kept beside the store so that guests stay who they are across a restart.
 * Null when there is none yet and `make` is false.
 */
export function readDemoSecret(storeFolder: string, make: boolean): string | null {
  const file = join(storeFolder, 'demo-secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return make ? makeDemoSecret(storeFolder, file) : null
  }
}

function makeDemoSecret(storeFolder: string, file: string): string {
  mkdirSync(storeFolder, { recursive: true })
  const secret = randomBytes(32).toString('hex')
  writeFileSync(file, `${secret}\n`, { mode: 0o600 })
  return secret
}
