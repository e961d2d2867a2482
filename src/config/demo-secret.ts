import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const wellFormed = /^[0-9a-f]{64}$/

/**
 * The secret of demo mode, kept beside the store so that guests stay who they are across a restart.
 * Null when there is none yet and `make` is false.
 */
export function readDemoSecret(storeFolder: string, make: boolean): string | null {
  const file = join(storeFolder, 'demo-secret')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  // A file that a crash left empty or cut short is as good as none.
  if (wellFormed.test(found)) return found
  return make ? makeDemoSecret(storeFolder, file) : null
}

function makeDemoSecret(storeFolder: string, file: string): string {
  mkdirSync(storeFolder, { recursive: true })
  const secret = randomBytes(32).toString('hex')
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return secret
}
