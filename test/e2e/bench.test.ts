import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runChorus } from '../support/chorus-command.ts'
import { startChorus } from '../support/chorus-server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testSecret } from '../support/tokens.ts'

const small = ['--viewers', '25', '--rate', '100', '--duration', '0.5']

test('CL-2: bench finds nothing amiss with a server, and says so as JSON', async () => {
  await using server = await startChorus()
  using folder = tempFolder()
  const output = join(folder.path, 'report.json')
  const args = ['bench', '--url', server.url, ...small, '--json', '--output', output]
  const { code, stdout } = await runChorus(args, { CHORUS_JWT_SECRET: testSecret })
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({
    ok: true,
    faults: [],
    mode: 'deliver',
    viewers: { asked: 25, connected: 25, failed: 0 },
    comments: { posted: 50, accepted: 50, refused: {} },
    deliveries: { expected: 1_250, received: 1_250, lost: 0, repeated: 0, outOfOrder: 0 },
  })
  expect(code).toBe(0)
  expect(JSON.parse(readFileSync(output, 'utf8'))).toEqual(report)
})

test('CL-2: bench reads as text, and takes demo tokens from a demo server', async () => {
  await using server = await startChorus({})
  const { code, stdout } = await runChorus(['bench', '--url', server.url, ...small])
  expect(code).toBe(0)
  expect(stdout).toMatch(/25/)
  expect(() => JSON.parse(stdout)).toThrow()
})

test('CL-2: bench counts what a server accepts', async () => {
  await using server = await startChorus()
  const args = [
    'bench',
    '--url',
    server.url,
    '--mode',
    'accept',
    '--concurrency',
    '8',
    '--duration',
    '0.5',
    '--json',
  ]
  const { code, stdout } = await runChorus(args, { CHORUS_JWT_SECRET: testSecret })
  expect(code).toBe(0)
  expect(JSON.parse(stdout).comments.accepted).toBeGreaterThan(10)
})

test('CL-2: bench says when there is no server, and loads none that is not on this machine', async () => {
  const nobody = await runChorus(['bench', '--url', 'http://127.0.0.1:1', ...small, '--settle', '0'])
  expect(nobody.code).toBeGreaterThan(0)
  expect(nobody.stderr + nobody.stdout).toMatch(/127\.0\.0\.1:1|ECONNREFUSED/)
  expect(nobody.stderr).not.toMatch(/^\s+at /m)
  const elsewhere = await runChorus(['bench', '--url', 'http://192.0.2.1', ...small])
  expect(elsewhere.code).toBe(2)
  expect(elsewhere.stderr).toMatch(/192\.0\.2\.1/)
})
