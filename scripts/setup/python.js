import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { complaintOf, fillOnce, hashOf, root } from './shell.js'

const requirements = join(root, 'scripts', 'python')
const cache = join(root, '.cache', 'python')

/**
 * Makes a virtual environment in `.cache/python/NAME` for each `scripts/python/NAME.txt`, once for each change of it. Each
 * file pins every version, those of what its packages need included (`pip freeze`).
 */
export function makePythonEnvironments() {
  for (const file of readdirSync(requirements)) makeEnvironment(join(requirements, file))
}

function makeEnvironment(file) {
  const name = basename(file, '.txt')
  const folder = join(cache, name)
  const begins = `Fetching the Python packages of ${name}…`
  const fails = `The Python packages of ${name} could not be installed`
  fillOnce({ folder, wanted: hashOf(file), begins, fails }, () => install(folder, file))
}

const install = (folder, file) =>
  complaintOf('python3', ['-m', 'venv', folder]) ??
  complaintOf(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', file])

/** Debian has the module that makes environments in a package of its own. */
export const hasPythonEnvironments = () => complaintOf('python3', ['-c', 'import ensurepip']) === null
