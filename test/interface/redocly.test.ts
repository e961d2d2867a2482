import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../support/temp-folder.ts'
import { openApi } from './document.ts'
import { nodeTools, runNode } from './tools.ts'

/** With every recommended rule as an error. */
async function lint(document: unknown) {
  using folder = tempFolder()
  const file = join(folder.path, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  return await runNode(`${nodeTools}/@redocly/cli/bin/cli.js`, [
    'lint',
    file,
    '--extends',
    'recommended-strict',
  ])
}

test('HT-14: Redocly finds nothing in the document', async () => {
  const { code, output } = await lint(openApi)
  expect([code, output]).toEqual([0, expect.stringContaining('is valid')])
})

test('HT-14: Redocly would find something', async () => {
  const { code, output } = await lint({ ...openApi, servers: undefined })
  expect([code, output]).toEqual([1, expect.stringContaining('no-empty-servers')])
})
