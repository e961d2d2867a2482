// Brings a fresh clone to where `npm start` and `npm test` can run. Plain JavaScript for whatever Node the machine has:
// the project's own Node 24 is one of the things that this installs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'node_modules', '.chorus-installed')
const pages = join(root, 'dist', 'pages', 'index.html')

installPackages()
buildPages()
if (process.argv.includes('--test')) installChromium()

/** Once for each lock file. */
function installPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const wanted = createHash('sha256').update(lock).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing packages…')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

/** Once for each change of their sources. */
function buildPages() {
  const newest = Math.max(...sourcesOfPages().map((file) => statSync(file).mtimeMs))
  if (existsSync(pages) && statSync(pages).mtimeMs >= newest) return
  say('Building the pages…')
  run('npm', ['run', '--silent', 'build:pages', '--', '--logLevel', 'warn'])
}

function sourcesOfPages() {
  const folders = ['src/pages', 'src/sdk', 'src/protocol', 'src/domain'].map((folder) => join(root, folder))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  )
  return [...files, join(root, 'vite.config.ts')]
}

/** The pages are tested in a real browser. Installed without asking only where nobody would mind: in CI, or as root. */
function installChromium() {
  const isRoot = process.getuid?.() === 0
  if (['chromium', 'chromium-browser', 'google-chrome'].some((name) => quietly('which', name))) return
  if (!(isRoot || process.env.CI) || !quietly('which', 'apt-get')) return
  say('Installing Chromium…')
  const apt = (...args) => quietly(...(isRoot ? [] : ['sudo', '-n']), 'apt-get', ...args)
  const install = () => apt('install', '-y', '--no-install-recommends', 'chromium')
  if (!install() && apt('update')) install()
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

function quietly(command, ...args) {
  return (
    spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status === 0
  )
}

function say(text) {
  process.stderr.write(`${text}\n`)
}
