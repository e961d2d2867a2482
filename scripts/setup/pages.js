import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forgetPackages } from './packages.js'
import { npm, root, say } from './shell.js'

const page = join(root, 'dist', 'pages', 'index.html')

/** Once for each change of their sources. */
export function buildPages() {
  const newest = Math.max(...sources().map((file) => statSync(file).mtimeMs))
  if (existsSync(page) && statSync(page).mtimeMs >= newest) return
  say('Building the pages…')
  if (build()) return
  // What was installed may be why: the next start installs anew.
  forgetPackages()
  process.exit(1)
}

function sources() {
  const folders = ['src/pages', 'src/sdk', 'src/protocol', 'src/domain'].map((folder) => join(root, folder))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  )
  return [...files, join(root, 'vite.config.ts')]
}

/** Vite takes what follows these characters for no part of a path. */
const build = () =>
  /[#?]/.test(root) ? buildElsewhere() : npm(['run', '--silent', 'build:pages', '--', '--logLevel', 'warn'])

function buildElsewhere() {
  try {
    return buildIn(mkdtempSync(join(tmpdir(), 'chorus-pages-')))
  } catch (error) {
    say(`The pages cannot be built in ${tmpdir()}: ${error.message}\nSet TMPDIR to another folder.`)
    process.exit(1)
  }
}

function buildIn(folder) {
  try {
    for (const name of ['src', 'vite.config.ts', 'package.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const program = join(folder, 'node_modules', 'vite', 'bin', 'vite.js')
    const { status } = spawnSync(
      join(root, 'node_modules', '.bin', 'node'),
      [
        ...['--preserve-symlinks', '--preserve-symlinks-main', program],
        ...['build', '--logLevel', 'warn', '--configLoader', 'native'],
      ],
      { cwd: folder, stdio: 'inherit' },
    )
    if (status === 0) cpSync(join(folder, 'dist'), join(root, 'dist'), { recursive: true })
    return status === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
