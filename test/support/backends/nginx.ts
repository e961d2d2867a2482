import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import { tempFolder } from '../temp-folder.ts'
import { createCertificate, FrontServer } from './front-server.ts'

const deployed = fileURLToPath(new URL('../../../deploy/nginx', import.meta.url))

/** Node URLs, by the file of `deploy/nginx/site/` that an operator writes them into. */
export type NginxServers = Partial<Record<'gateways' | 'realtime' | 'comments', string[]>>

/** A real nginx with a configuration of `deploy/nginx`, as it stands there. */
export class Nginx implements AsyncDisposable {
  /** Without TLS. */
  url = ''
  /** With TLS and HTTP/2. */
  secureUrl = ''
  readonly #folder = tempFolder()
  #server: FrontServer | null = null

  get accessLog(): string {
    return readFileSync(join(this.#folder.path, 'access.log'), 'utf8')
  }

  get printed(): string {
    return this.#server?.printed ?? ''
  }

  async start(config: 'nginx.conf' | 'nginx-hash.conf', servers: NginxServers): Promise<void> {
    const { path } = this.#folder
    cpSync(deployed, path, { recursive: true })
    this.#writeServers(servers)
    const [port, securePort] = [await freePort(), await freePort()]
    await this.#writeListen(port, securePort)
    this.#server = new FrontServer('nginx', ['-p', path, '-c', config, '-g', 'daemon off;'])
    await this.#server.listening(port)
    this.url = `http://127.0.0.1:${port}`
    this.secureUrl = `https://127.0.0.1:${securePort}`
  }

  /** As `nginx -s reload`: connections that are open go on; the new servers are used a moment later. */
  reload(servers: NginxServers): void {
    this.#writeServers(servers)
    this.#server?.signal('SIGHUP')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }

  #writeServers(servers: NginxServers): void {
    for (const [name, urls] of Object.entries(servers)) {
      const lines = urls.map((url) => `server ${new URL(url).host};\n`)
      writeFileSync(join(this.#folder.path, 'site', `${name}.conf`), lines.join(''))
    }
  }

  async #writeListen(port: number, securePort: number): Promise<void> {
    const { path } = this.#folder
    const { certFile, keyFile } = await createCertificate(path)
    const lines = [
      `listen 127.0.0.1:${port};`,
      `listen 127.0.0.1:${securePort} ssl http2;`,
      `ssl_certificate ${certFile};`,
      `ssl_certificate_key ${keyFile};`,
      'access_log access.log chorus;',
    ]
    writeFileSync(join(path, 'site', 'listen.conf'), lines.join('\n'))
  }
}

/** `await using nginx = await startNginx(…)`: runs until the test is over. */
export async function startNginx(...parts: Parameters<Nginx['start']>): Promise<Nginx> {
  const nginx = new Nginx()
  await nginx.start(...parts).catch(async (error) => {
    await nginx[Symbol.asyncDispose]()
    throw error
  })
  return nginx
}
