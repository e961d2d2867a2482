import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf, isStamped, npm, root, say } from './shell.js'

const stamp = join(root, 'node_modules', '.chorus-installed')
const lockFile = join(root, 'package-lock.json')

/** Once for each lock file, and each kind of machine that a checkout is moved to. */
export function installPackages() {
  const wanted = `${hashOf(lockFile)} ${process.platform}-${process.arch}`
  if (isStamped(stamp, wanted)) return
  say('Installing packages…')
  const node = nodeForInstalling()
  const done = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], node)
  rmSync(cache, { recursive: true, force: true })
  if (!done) process.exit(1)
  writeFileSync(stamp, wanted)
}

/** The next start installs them anew. */
export function forgetPackages() {
  rmSync(stamp, { force: true })
}

const cache = join(root, '.cache', 'node')

/**
 * npm leaves out, without a word, the native parts of packages that its own Node is too old for. An old one therefore
 * fetches the project's Node first, and installs the rest under that.
 */
function nodeForInstalling() {
  const { version } = JSON.parse(readFileSync(lockFile, 'utf8')).packages['node_modules/node']
  const major = (text) => Number(text.split('.')[0])
  if (major(process.versions.node) >= major(version)) return process.execPath
  // As the package `node` names them.
  const { platform, arch } = process
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`
  const quiet = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  if (!npm(['install', '--prefix', cache, ...quiet, `${name}@${version}`])) process.exit(1)
  return join(cache, 'node_modules', name, 'bin', 'node')
}
