import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test as plainTest } from 'vitest'
import { flagOf, settings } from '../../src/config/settings.ts'
import { authorOf } from '../support/author.ts'
import { ChorusCommand, runChorus } from '../support/chorus-command.ts'
import { startChorus, startChorusWith } from '../support/chorus-server.ts'
import { expectRefused } from '../support/expect-refused.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testSecret } from '../support/tokens.ts'

const test = plainTest.concurrent

// Every value that cannot be is in src/config.test.ts; here one of each, from the environment to the exit code.
test.each([
  ['CHORUS_PORT', 'eighty'],
  ['CHORUS_HOST', 'no such host.example'],
  ['CHORUS_ROLES', 'comments,typist'],
  ['CHORUS_STORE', 'mysql://localhost/chorus'],
  ['CHORUS_BUS', 'rabbit://localhost'],
  ['CHORUS_REGISTRY', 'etcd://localhost'],
  ['CHORUS_NODE_URL', 'localhost:8080'],
  ['CHORUS_JWT_SECRET', 'too short'],
  ['CHORUS_JWKS_URL', 'keys.example/jwks.json'],
  ['CHORUS_POST_LIMIT', '10/10d'],
  ['CHORUS_STREAM_LIMIT', '0'],
  ['CHORUS_WORKERS', 'two'],
  ['CHORUS_LOG_LEVEL', 'loud'],
])('CL-1: a setting that cannot be is one clear line and exit code 2: %s=%s', async (variable, value) => {
  using folder = tempFolder()
  const usual = { CHORUS_PORT: '0', CHORUS_STORE: join(folder.path, 'store') }
  const exit = await runChorus(['serve'], { ...usual, [variable]: value })
  expectRefused(exit, variable)
  expect(existsSync(usual.CHORUS_STORE)).toBe(false)
  // A secret may be the real one, cut short.
  if (variable === 'CHORUS_JWT_SECRET') expect(exit.stderr).not.toContain(value)
})

test('CL-1: a flag that cannot be is told the same way', async () => {
  expectRefused(await runChorus(['serve', '--post-limit', 'ten']), 'CHORUS_POST_LIMIT')
})

test('CL-1: two keys at once are refused', async () => {
  const settings = { CHORUS_JWT_SECRET: testSecret, CHORUS_JWKS_URL: 'https://keys.example/jwks.json' }
  const exit = await runChorus(['serve', '--port', '0'], settings)
  expectRefused(exit, /CHORUS_JWT_SECRET.*CHORUS_JWKS_URL/)
  expect(exit.stderr).not.toContain(testSecret)
})

test('CL-1: a flag wins over the environment', async () => {
  await using server = await startChorusWith({ CHORUS_PORT: 'eighty', CHORUS_STORE: '/dev/null/nowhere' })
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test.each([
  { args: ['serve', '--colour'], names: '--colour' },
  { args: ['serve', '--port'], names: '--port' },
  { args: ['serve', 'again'], names: /argument/ },
  { args: ['dance'], names: 'dance' },
  { args: ['token'], names: '--sub' },
  { args: ['token', '--sub', 'ann', '--role', 'king'], names: 'king' },
  { args: ['bench', '--mode', 'sideways'], names: 'sideways' },
])('CL-1: a command line that cannot be is said to be: $args', async ({ args, names }) => {
  const { code, stdout, stderr } = await runChorus(args)
  expect(code).toBeGreaterThan(0)
  expect(stdout).toBe('')
  expect(stderr).toMatch(names)
  expect(stderr).toMatch(/--help/)
  expect(stderr).not.toMatch(/^\s+at /m)
})

test('CL-1: --help shows every command, and every setting of a server', async () => {
  const [all, serve, version] = await Promise.all([
    runChorus(['--help']),
    runChorus(['serve', '--help']),
    runChorus(['--version']),
  ])
  for (const { code, stderr } of [all, serve, version]) expect([code, stderr]).toEqual([0, ''])
  for (const command of ['serve', 'token', 'bench', 'simulate'])
    expect(all.stdout).toMatch(new RegExp(`^ +${command} `, 'm'))
  for (const { variable } of settings) expect(serve.stdout).toContain(`--${flagOf(variable)} `)
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('CL-1: without a command help is shown', async () => {
  const { code, stdout, stderr } = await runChorus([])
  expect(stdout + stderr).toMatch(/Usage: chorus/)
  expect(code).toBeLessThan(3)
})

test('CL-1: a port that is taken is said to be', async () => {
  await using server = await startChorus()
  using folder = tempFolder()
  const { port } = new URL(server.url)
  const exit = await runChorus(['serve', '--port', port, '--store', folder.path])
  expectRefused(exit, new RegExp(`port ${port} .*taken`), 1)
})

test('CL-1: so is the internal port, by its own flag', async () => {
  await using server = await startChorus()
  using folder = tempFolder()
  const { port } = new URL(server.url)
  const args = ['serve', '--port', '0', '--port-internal', port, '--store', folder.path]
  expectRefused(
    await runChorus(args),
    `port ${port} of 127.0.0.1 is taken; choose another with --port-internal`,
    1,
  )
})

test.each([
  ['192.0.2.1', 'is no address of this machine'],
  ['2001:db8::7', 'is no address of this machine'],
  ['no-such-host.invalid', 'is a name that cannot be resolved'],
])('CL-1: an address that this machine cannot listen on is said to be: %s', async (host, words) => {
  using folder = tempFolder()
  const key = { CHORUS_JWT_SECRET: testSecret }
  const exit = await runChorus(['serve', '--port', '0', '--store', folder.path, '--host', host], key)
  expectRefused(exit, `CHORUS_HOST=${host} ${words}`, 1)
})

test('CL-1: of a server that listens on every address the welcome names one that can be opened', async () => {
  using folder = tempFolder()
  const key = { CHORUS_JWT_SECRET: testSecret }
  const command = new ChorusCommand(
    ['serve', '--port', '0', '--store', folder.path, '--host', '0.0.0.0'],
    key,
  )
  try {
    const [, url = ''] = await command.printed(/Watch and comment\s+(\S+)\n/)
    expect(url).toMatch(/^http:\/\/localhost:\d+\/$/)
    expect((await fetch(`${url}healthz`)).status).toBe(200)
  } finally {
    command.signal('SIGKILL')
    await command.exited
  }
})

test('CL-1: a store that another server has open is said to be, and stays whole', async () => {
  await using server = await startChorus()
  const exit = await runChorus(['serve', '--port', '0', '--store', server.storeFolder])
  expectRefused(exit, /in use by another/, 1)
  await authorOf(server, { sub: 'ann' }).comment('lobby', 'still here')
})

test('CL-1: a store that cannot be is one clear line: below a file', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'file')
  writeFileSync(file, 'not a folder')
  const store = join(file, 'store')
  expectRefused(await runChorus(['serve', '--port', '0', '--store', store]), store, 1)
})

test.each<[string, (file: string) => void]>([
  [
    'of another kind',
    (file) => writeFileSync(file, 'this is no database, however long one looks at it\n'.repeat(100)),
  ],
  ['a folder', (file) => mkdirSync(file)],
])('CL-1: a store that cannot be is one clear line: a file %s', async (_, spoil) => {
  using folder = tempFolder()
  const file = join(folder.path, 'chorus.db')
  spoil(file)
  const exit = await runChorus(['serve', '--port', '0', '--store', folder.path])
  expectRefused(exit, file, 1)
  expect(existsSync(file)).toBe(true)
})
