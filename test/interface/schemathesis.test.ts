import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Token } from '../../src/protocol/api.ts'
import { startChorus } from '../support/chorus-server.ts'
import { send } from '../support/http-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { cache, run } from './tools.ts'

const config = fileURLToPath(new URL('schemathesis.toml', import.meta.url))

// Ten seconds on a machine of its own; the requests go one after another.
test('HT-14: schemathesis finds no answer of a real server that the document does not have', {
  timeout: 180_000,
}, async () => {
  using folder = tempFolder()
  // Demo mode has every route.
  await using server = await startChorus({ CHORUS_POST_LIMIT: 'off' })
  const body = { name: 'Ann', role: 'moderator' }
  const { token } = (await send(server, 'POST', '/v1/demo/tokens', { body })).json<Token>()
  const { code, output } = await run(
    join(cache, 'python/schemathesis/bin/schemathesis'),
    [
      ...['--config-file', config, 'run', `${server.url}/openapi.json`],
      ...['--header', `Authorization: Bearer ${token}`],
    ],
    folder.path,
  )
  expect(code, output).toBe(0)
  expect(output).toMatch(/Operations: +11 selected \/ 11 total/)
})
