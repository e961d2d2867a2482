import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { complaintOf, hashOf, isStamped, root, say } from './shell.js'

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
  const stamp = join(folder, 'installed')
  const wanted = hashOf(file)
  if (isStamped(stamp, wanted)) return
  say(`Fetching ${name} for Python…`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  const complaint = complaintOf('python3', ['-m', 'venv', folder]) ?? install(folder, file)
  if (complaint === null) writeFileSync(stamp, wanted)
  else say(`${name} could not be installed, and its tests can't run: ${complaint}`)
}

const install = (folder, file) =>
  complaintOf(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', file])

/** Debian has the module that makes environments in a package of its own. */
export const hasPythonEnvironments = () => complaintOf('python3', ['-c', 'import ensurepip']) === null
