import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noChromium } from '../support/chromium.ts'
import { hasFirefox, startChromium, startFirefox } from './browsers.ts'
import { type ClientHost, ClientProgram, type Seen } from './program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, '.cache', 'clients')
const python = join(root, '.cache', 'python', 'clients')
const classPath = ['classes', 'lib/*'].map((part) => join(cache, 'java', part)).join(':')
const here = (...path: string[]) => join(root, 'test', 'clients', ...path)

interface Host {
  /** Whether it has been set up. */
  isThere: () => boolean
  start: (onSeen: (seen: Seen) => void) => Promise<ClientHost> | ClientHost
}

/** @param folder what setting it up made, where a file says that it is whole */
const program = (folder: string, ...command: string[]): Host => ({
  isThere: () => existsSync(join(folder, 'installed')),
  start: (onSeen) => new ClientProgram(command, onSeen),
})

/** See `scripts/setup/clients.js`. */
export const hosts = {
  go: program(join(cache, 'go'), join(cache, 'go', 'clients')),
  java: program(join(cache, 'java'), 'java', '-cp', classPath, 'Clients'),
  node: {
    isThere: () => true,
    start: (onSeen) => new ClientProgram([process.execPath, here('node', 'clients.ts')], onSeen),
  },
  python: program(python, join(python, 'bin', 'python'), here('python', 'clients.py')),
  rust: program(join(cache, 'rust'), join(cache, 'rust', 'debug', 'clients')),
  chromium: { isThere: () => noChromium === null, start: startChromium },
  firefox: { isThere: () => hasFirefox, start: startFirefox },
} satisfies Record<string, Host>

export interface Client {
  name: string
  language: string
  host: keyof typeof hosts
  /** The packages that it stands on. */
  packages: string[]
  /** A browser asks for gzip, and no page can say otherwise. */
  alwaysGzip?: true
  /** Why it cannot read gzip from any server. */
  noGzip?: string
}

export const clients: Client[] = [
  { language: 'Browser', name: 'Chromium', host: 'chromium', packages: [], alwaysGzip: true },
  { language: 'Browser', name: 'Firefox', host: 'firefox', packages: [], alwaysGzip: true },
  { language: 'C', name: 'curl', host: 'node', packages: [] },
  { language: 'Go', name: 'net/http', host: 'go', packages: [] },
  { language: 'Go', name: 'r3labs/sse', host: 'go', packages: ['github.com/r3labs/sse/v2'] },
  { language: 'Java', name: 'HttpClient', host: 'java', packages: [] },
  { language: 'Java', name: 'okhttp-eventsource', host: 'java', packages: ['okhttp-eventsource'] },
  { language: 'Node', name: 'http', host: 'node', packages: [] },
  { language: 'Node', name: 'fetch', host: 'node', packages: [] },
  { language: 'Node', name: 'eventsource', host: 'node', packages: ['eventsource'] },
  {
    ...{ language: 'Python', name: 'requests + sseclient', host: 'python' },
    packages: ['requests', 'sseclient'],
    noGzip: 'it asks for gzip and reads past the decoder, so it has to be told `Accept-Encoding: identity`',
  },
  {
    ...{ language: 'Python', name: 'requests + sseclient-py', host: 'python' },
    packages: ['requests', 'sseclient-py'],
  },
  { language: 'Python', name: 'urllib3', host: 'python', packages: ['urllib3', 'sseclient-py'] },
  { language: 'Python', name: 'httpx + httpx-sse', host: 'python', packages: ['httpx', 'httpx-sse'] },
  {
    ...{ language: 'Python', name: 'aiohttp + aiohttp-sse-client', host: 'python' },
    packages: ['aiohttp', 'aiohttp-sse-client'],
  },
  { language: 'Rust', name: 'reqwest', host: 'rust', packages: ['reqwest'] },
]

/** Where each language pins its packages, and how a line of it reads. */
const pins: [file: string, line: (name: string) => string][] = [
  [here('go', 'go.mod'), (name) => `${name} v(\\S+)`],
  [here('java', 'pom.xml'), (name) => `<artifactId>${name}</artifactId>\\s*<version>(.*)</version>`],
  [join(root, 'scripts', 'python', 'clients.txt'), (name) => `^${name}==(.*)$`],
  [here('rust', 'Cargo.toml'), (name) => `^${name} = \\{ version = "=(.*?)"`],
  [join(root, 'package.json'), (name) => `"${name}": "\\^?(.*)"`],
]

/** @throws Error for a package that nothing pins */
export function versionOf(name: string): string {
  const [version] = pins.flatMap(([file, line]) => {
    const [, found] = new RegExp(line(name), 'm').exec(readFileSync(file, 'utf8')) ?? []
    return found === undefined ? [] : [found]
  })
  if (version === undefined) throw new Error(`no version of ${name} is pinned`)
  return version
}
