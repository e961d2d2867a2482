import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { complaintOf, hashOf, isStamped, root, say } from './shell.js'

const sources = join(root, 'scripts', 'node')
const cache = join(root, '.cache', 'node')

/**
 * Installs what `scripts/node/NAME` pins into `.cache/node/NAME`, once for each change of its lock file: tools that only tests
 * run, and whose own dependencies do not go together with the project's.
 */
export function installNodeTools() {
  for (const name of readdirSync(sources)) installTools(name)
}

function installTools(name) {
  const [source, folder] = [join(sources, name), join(cache, name)]
  const stamp = join(folder, 'installed')
  const wanted = hashOf(join(source, 'package-lock.json'))
  if (isStamped(stamp, wanted)) return
  say(`Installing the ${name} tools…`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(source, file), join(folder, file))
  const complaint = complaintOf('npm', [
    'ci',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  if (complaint === null) writeFileSync(stamp, wanted)
  else say(`The ${name} tools could not be installed, and their tests can't run: ${complaint}`)
}
