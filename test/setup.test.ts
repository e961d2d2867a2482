import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type TempFolder, tempFolder } from './support/temp-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The files of this project that are asked for, in a folder of their own. */
function checkout(folder: string, names: string[]): void {
  for (const name of names) cpSync(join(root, name), join(folder, name), { recursive: true })
}

/** npm as far as the setup uses it; writes down what it was told, and by which Node. */
const npm = `
const { appendFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const [command, ...args] = process.argv.slice(2)
appendFileSync('calls', command + ' ' + process.execPath + ' ' + process.env.PATH.split(':')[0] + '\\n')
if (command === 'install') {
  const [name] = args.at(-1).split('@')
  const bin = join(args[args.indexOf('--prefix') + 1], 'node_modules', name, 'bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, join(bin, 'node'))
}
if (command === 'ci') mkdirSync('node_modules', { recursive: true })
if (command === 'run' && existsSync('broken')) process.exit(1)
if (command === 'run') {
  mkdirSync('dist/pages', { recursive: true })
  writeFileSync('dist/pages/index.html', '')
}
`

/** @param version which Node the machine pretends to have */
function runSetup({ path }: TempFolder, version: string) {
  writeFileSync(join(path, 'npm.js'), npm)
  writeFileSync(
    join(path, 'pretend.cjs'),
    `const { versions } = process
     Object.defineProperty(process, 'versions', { value: { ...versions, node: ${JSON.stringify(version)} } })`,
  )
  const { status } = spawnSync(process.execPath, ['--require', './pretend.cjs', 'scripts/setup.js'], {
    cwd: path,
    env: { PATH: '/usr/bin:/bin', npm_execpath: join(path, 'npm.js') },
  })
  const calls = existsSync(join(path, 'calls')) ? readFileSync(join(path, 'calls'), 'utf8') : ''
  writeFileSync(join(path, 'calls'), '')
  return { status, calls: calls.split('\n').slice(0, -1) }
}

const setUpFiles = [
  'scripts',
  'package-lock.json',
  'vite.config.ts',
  'src/pages',
  'src/sdk',
  'src/protocol',
  'src/domain',
]

test.each(['12.22.0', '18.20.4'])(
  'CL-12: on a machine with Node %s the packages are installed by the project’s own, once',
  (version) => {
    using folder = tempFolder()
    checkout(folder.path, setUpFiles)
    const { status, calls } = runSetup(folder, version)
    expect(status).toBe(0)
    const bin = join(
      folder.path,
      '.cache',
      'node',
      'node_modules',
      `node-${process.platform}-${process.arch}`,
      'bin',
    )
    expect(calls).toEqual([
      expect.stringMatching(/^install /),
      `ci ${join(bin, 'node')} ${bin}`.replace(join(bin, 'node'), process.execPath),
      expect.stringMatching(/^run /),
    ])
    expect(runSetup(folder, version)).toEqual({ status: 0, calls: [] })
  },
)

test('CL-12: a Node that is new enough installs at once', () => {
  using folder = tempFolder()
  checkout(folder.path, setUpFiles)
  expect(runSetup(folder, '26.0.0').calls.map((call) => call.split(' ')[0])).toEqual(['ci', 'run'])
})

test('CL-12: when the pages cannot be built the next start installs anew', () => {
  using folder = tempFolder()
  checkout(folder.path, setUpFiles)
  writeFileSync(join(folder.path, 'broken'), '')
  const names = (calls: string[]) => calls.map((call) => call.split(' ')[0])
  for (let times = 0; times < 2; times++) {
    const { status, calls } = runSetup(folder, '24.0.0')
    expect([status, names(calls)]).toEqual([1, ['ci', 'run']])
  }
})

test('CL-12: a checkout whose path has any characters builds its pages and serves, workers too', async () => {
  using parent = tempFolder()
  const folder = join(parent.path, 'a #b?c%20d é')
  checkout(folder, ['scripts', 'bin', 'src', 'tools', 'package.json', 'package-lock.json', 'vite.config.ts'])
  mkdirSync(join(folder, 'node_modules'))
  for (const name of readdirSync(join(root, 'node_modules')))
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  const build = "import('./scripts/setup/pages.js').then(({ buildPages }) => buildPages())"
  const options = { cwd: folder, encoding: 'utf8' } as const
  const env = { ...process.env, TMPDIR: join(folder, 'missing') }
  const refused = spawnSync(process.execPath, ['--eval', build], { ...options, env })
  expect([refused.status, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/^[^\n]+\n[^\n]+\nSet TMPDIR [^\n]+\n$/),
  ])
  const built = spawnSync(process.execPath, ['--eval', build], options)
  expect(built).toMatchObject({ status: 0, stderr: 'Building the pages…\n' })

  const server = spawn(process.execPath, ['bin/chorus.js', 'serve', '--port', '0', '--workers', '2'], {
    cwd: folder,
  })
  const ended = new Promise((resolve) => server.once('close', resolve))
  let stdout = ''
  server.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  try {
    await expect.poll(() => stdout).toContain('Watch and comment')
    const url = /Watch and comment\s+(\S+)/.exec(stdout)?.[1] ?? ''
    const page = await (await fetch(url)).text()
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
    expect(files.length).toBeGreaterThan(2)
    for (const file of files) expect((await fetch(new URL(file, url))).status).toBe(200)
    expect((await fetch(new URL('/readyz', url))).status).toBe(200)
  } finally {
    server.kill()
    await ended
  }
})
