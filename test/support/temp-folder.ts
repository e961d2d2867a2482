import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TempFolder extends Disposable {
  path: string
}

/** A folder of one test's own: `using folder = tempFolder()` deletes it when the test is over. */
export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'chorus-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
