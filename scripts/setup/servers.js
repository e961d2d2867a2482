import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasPythonEnvironments } from './python.js'
import { complaintOf, hasCommand, say } from './shell.js'

/** What the tests start themselves, and what makes the clients of `test/clients`, by Debian's names. Of ZooKeeper the jars alone: its service would bring a desktop's Java. */
const servers = [
  { name: 'chromium', isThere: () => hasCommand('chromium', 'chromium-browser', 'google-chrome') },
  { name: 'cargo', isThere: () => hasCommand('cargo') },
  { name: 'curl', isThere: () => hasCommand('curl') },
  { name: 'default-jdk-headless', isThere: () => hasCommand('java') && hasCommand('javac') },
  // The load and the floor of the comparison of fan-outs are C, compiled on the spot, and one of its peers is Nchan.
  { name: 'gcc', isThere: () => hasCommand('gcc') },
  { name: 'libc6-dev', isThere: () => existsSync('/usr/include/stdio.h') },
  { name: 'libnginx-mod-nchan', isThere: () => existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so') },
  { name: 'zlib1g-dev', isThere: () => existsSync('/usr/include/zlib.h') },
  { name: 'firefox-esr', isThere: () => hasCommand('firefox-esr', 'firefox') },
  { name: 'golang-go', isThere: () => hasCommand('go') },
  // Counts the bytes of connections, for the comparison of the ways to the viewers.
  { name: 'iproute2', isThere: () => hasCommand('ss') },
  { name: 'haproxy', isThere: () => hasCommand('haproxy') },
  { name: 'libzookeeper-java', isThere: () => existsSync('/usr/share/java/zookeeper.jar') },
  { name: 'maven', isThere: () => hasCommand('mvn') },
  { name: 'nginx', isThere: () => hasCommand('nginx') },
  { name: 'openssl', isThere: () => hasCommand('openssl') },
  { name: 'pgbouncer', isThere: () => hasCommand('pgbouncer') },
  { name: 'postgresql', isThere: hasPostgres },
  { name: 'python3-venv', isThere: hasPythonEnvironments },
  { name: 'redis-server', isThere: () => hasCommand('redis-server') },
]

/** Installs without asking only where nobody would mind: in CI, or as root. Elsewhere it says what is missing. */
export function installServers() {
  const missing = namesOfMissing()
  if (missing.length === 0) return
  if (hasCommand('apt-get') && (isRoot || process.env.CI)) install(missing)
  const left = namesOfMissing()
  if (left.length > 0) say(sayMissing(left))
}

const isRoot = process.getuid?.() === 0

const namesOfMissing = () => servers.filter(({ isThere }) => !isThere()).map(({ name }) => name)

const sayMissing = (names) => `
Some tests need servers that this machine does not have: ${names.join(', ')}.
On Debian this installs them:

  sudo apt-get install -y --no-install-recommends ${names.join(' ')}
`

/** The package index of a fresh machine is empty, that of an old one stale: fetched when the first try fails. */
function install(names) {
  say(`Installing ${names.join(', ')}…`)
  const apt = (...args) => asRoot('apt-get', ...args)
  const once = () => apt('install', '-y', '--no-install-recommends', ...names)
  const complaint = withoutStartingServices(() => once() && (apt('update') ?? once()))
  if (complaint) say(complaint)
}

const asRoot = (...command) => {
  const [first, ...args] = isRoot ? command : ['sudo', '-n', ...command]
  return complaintOf(first, args)
}

/** Debian starts what it installs, on default ports, unless this script of its policy says no (invoke-rc.d(8)). */
function withoutStartingServices(work) {
  const policy = '/usr/sbin/policy-rc.d'
  if (existsSync(policy)) return work()
  const folder = mkdtempSync(join(tmpdir(), 'chorus-setup-'))
  try {
    writeFileSync(join(folder, 'policy'), '#!/bin/sh\nexit 101\n')
    asRoot('install', '-m', '755', join(folder, 'policy'), policy)
    return work()
  } finally {
    asRoot('rm', '-f', policy)
    rmSync(folder, { recursive: true })
  }
}

/** Its programs are on nobody's path, in a folder for each version. */
function hasPostgres() {
  const versions = '/usr/lib/postgresql'
  return (
    existsSync(versions) &&
    readdirSync(versions).some((version) => existsSync(join(versions, version, 'bin/initdb')))
  )
}
