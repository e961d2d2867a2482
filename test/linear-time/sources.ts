import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../src/', import.meta.url))

/** A file of `src/` that is no test, by its path below it. */
export interface Source {
  file: string
  text: string
}

export const sources: Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(
    (file) =>
      /\.ts$/.test(file) && !/\.(test|contract|testing)\.ts$/.test(file) && !file.includes('testing/'),
  )
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
