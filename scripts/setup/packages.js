import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf, isStamped, root, run, say } from './shell.js'

const stamp = join(root, 'node_modules', '.chorus-installed')
const pages = join(root, 'dist', 'pages', 'index.html')

/** Once for each lock file. */
export function installPackages() {
  const wanted = hashOf(join(root, 'package-lock.json'))
  if (isStamped(stamp, wanted)) return
  say('Installing packages…')
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

/** Once for each change of their sources. */
export function buildPages() {
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
