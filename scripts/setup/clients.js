import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { complaintOf, fillOnce, hasCommand, root } from './shell.js'

const sources = join(root, 'test', 'clients')
const cache = join(root, '.cache', 'clients')

/** How each program of `test/clients` is made in its folder of `.cache/clients`; null when that went well. */
const languages = {
  go: {
    command: 'go',
    make: (source, folder) => complaintOf('go', ['build', '-o', join(folder, 'clients'), '.'], source),
  },
  java: {
    command: 'mvn',
    make: (source, folder) => copyJars(source, join(folder, 'lib')) ?? compile(source, folder),
  },
  rust: {
    command: 'cargo',
    make: (source, folder) =>
      complaintOf('cargo', ['build', '-q', '--locked', '--target-dir', folder], source),
  },
}

/**
 * Makes the programs that watch streams with the clients of other languages, once for each change of their sources. The
 * packages that they use are pinned there; Python's are in `scripts/python/clients.txt`.
 */
export function makeClients() {
  for (const [name, { command, make }] of Object.entries(languages))
    if (hasCommand(command)) makeOnce(name, make)
}

function makeOnce(name, make) {
  const [source, folder] = [join(sources, name), join(cache, name)]
  const begins = `Making the ${name} clients…`
  const fails = `The ${name} clients could not be made`
  const wanted = hashOfFolder(source)
  // Compilers take what they made before.
  fillOnce({ folder, wanted, begins, fails, isKept: true }, () => make(source, folder))
}

const copyJars = (source, lib) =>
  complaintOf(
    'mvn',
    ['-B', '-q', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`],
    source,
  )

const compile = (source, folder) =>
  complaintOf(
    'javac',
    ['-cp', join(folder, 'lib', '*'), '-d', join(folder, 'classes'), 'Clients.java'],
    source,
  )

function hashOfFolder(folder) {
  const hash = createHash('sha256')
  const names = readdirSync(folder, { recursive: true }).sort()
  for (const name of names.filter((name) => statSync(join(folder, name)).isFile()))
    hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}
