import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { complaintOf, fillOnce, hashOf, root } from './shell.js'

const sources = join(root, 'scripts', 'node')
const cache = join(root, '.cache', 'node-tools')

/**
 * Installs what `scripts/node/NAME` pins into `.cache/node-tools/NAME`, once for each change of its lock file: tools that
 * only tests run, and whose own dependencies do not go together with the project's.
 */
export function installNodeTools() {
  for (const name of readdirSync(sources)) installTools(name)
}

function installTools(name) {
  const [source, folder] = [join(sources, name), join(cache, name)]
  const begins = `Installing the ${name} tools…`
  const fails = `The ${name} tools could not be installed`
  const wanted = hashOf(join(source, 'package-lock.json'))
  fillOnce({ folder, wanted, begins, fails }, () => install(source, folder))
}

function install(source, folder) {
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(source, file), join(folder, file))
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  return complaintOf('npm', ['ci', '--prefix', folder, ...quiet])
}
