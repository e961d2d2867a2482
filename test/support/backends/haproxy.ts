import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import { tempFolder } from '../temp-folder.ts'
import { createCertificate, FrontServer } from './front-server.ts'

const config = fileURLToPath(new URL('../../../deploy/haproxy/haproxy.cfg', import.meta.url))

/** A realtime node with the number that live videos are hashed to. */
export interface NumberedNode {
  id: number
  url: string
}

export interface HaproxyServers {
  realtime: NumberedNode[]
  comments: string[]
}

/** A real HAProxy with the configuration of `deploy/haproxy`, as it stands there. */
export class Haproxy implements AsyncDisposable {
  url = ''
  readonly #folder = tempFolder()
  #server: FrontServer | null = null

  /** @param secure with TLS and HTTP/2 */
  async start(servers: HaproxyServers, secure = false): Promise<void> {
    const { path } = this.#folder
    const serversFile = join(path, 'servers.cfg')
    writeFileSync(serversFile, configuration(servers))
    const port = await freePort()
    const tls = secure ? ` ssl crt ${await createPair(path)} alpn h2,http/1.1` : ''
    const env = { CHORUS_BIND: `127.0.0.1:${port}${tls}` }
    this.#server = new FrontServer('haproxy', ['-db', '-f', config, '-f', serversFile], env)
    await this.#server.listening(port)
    this.url = `${secure ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  /** Everything it says, requests too. */
  get accessLog(): string {
    return this.#server?.printed ?? ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}

/** `await using haproxy = await startHaproxy(…)`: runs until the test is over. */
export async function startHaproxy(...parts: Parameters<Haproxy['start']>): Promise<Haproxy> {
  const haproxy = new Haproxy()
  await haproxy.start(...parts).catch(async (error) => {
    await haproxy[Symbol.asyncDispose]()
    throw error
  })
  return haproxy
}

const configuration = ({ realtime, comments }: HaproxyServers): string =>
  [
    'backend realtime from realtime',
    ...realtime.map(({ id, url }) => `  server realtime-${id} ${new URL(url).host} id ${id}`),
    'backend comments from comments',
    ...comments.map((url, index) => `  server comments-${index} ${new URL(url).host}`),
    '',
  ].join('\n')

/** HAProxy reads certificate and key from one file. */
async function createPair(folder: string): Promise<string> {
  const { certFile, keyFile } = await createCertificate(folder)
  const pair = join(folder, 'pair.pem')
  writeFileSync(pair, readFileSync(certFile, 'utf8') + readFileSync(keyFile, 'utf8'))
  return pair
}
