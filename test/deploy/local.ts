import type { Settings } from '../support/chorus-command.ts'
import { ChorusServer } from '../support/chorus-server.ts'
import { freePort } from '../support/free-port.ts'
import { testSecret } from '../support/tokens.ts'
import type { Started } from './documents.ts'

/** Where the servers of this test are. */
export interface Backends {
  postgres: string
  /** host:port */
  zookeeper: string
  redis?: string
}

/** The same settings with the addresses of this machine, and with secrets where a document leaves them out. */
function localSettings(settings: Settings, { postgres, zookeeper, redis = '' }: Backends): Settings {
  const replace: Record<string, (value: string) => string> = {
    CHORUS_STORE: (value) => (/^postgres:/.test(value) ? postgres : value),
    CHORUS_REGISTRY: (value) => value.replace(/(?<=^zookeeper:\/\/)[^/?]*/, zookeeper),
    CHORUS_BUS: (value) => value.replace(/(?<=^redis:\/\/)[^/?]*/, redis),
    CHORUS_JWT_SECRET: () => testSecret,
    CHORUS_HOST: () => '127.0.0.1',
  }
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, replace[name]?.(value) ?? value]),
  )
}

/** The flags with the addresses of this machine; two workers show what eight do. */
function localArgs(args: string[], port: number): string[] {
  return args.map((arg, index) => {
    const flag = args[index - 1]
    if (flag === '--host') return '127.0.0.1'
    if (flag === '--node-url') return `http://127.0.0.1:${port}`
    if (flag === '--workers') return '2'
    return arg
  })
}

/** Processes started as documents say; all end with it. */
export class LocalCluster implements AsyncDisposable {
  readonly #backends: Backends
  readonly #servers: ChorusServer[] = []

  constructor(backends: Backends) {
    this.#backends = backends
  }

  async start({ settings, args }: Started): Promise<ChorusServer> {
    const port = await freePort()
    const environment = localSettings(settings, this.#backends)
    if (environment.CHORUS_NODE_URL) environment.CHORUS_NODE_URL = `http://127.0.0.1:${port}`
    const server = new ChorusServer(environment, localArgs(args, port))
    this.#servers.push(server)
    if (!/^postgres:/.test(environment.CHORUS_STORE ?? '')) environment.CHORUS_STORE = server.storeFolder
    if (environment.CHORUS_PORT_INTERNAL) {
      environment.CHORUS_PORT_INTERNAL = String(await freePort())
      environment.CHORUS_NODE_URL = `http://127.0.0.1:${environment.CHORUS_PORT_INTERNAL}`
    }
    // A gateway and a dispatcher need none, so that none is to be seen in a document.
    if (!/^(gateway|dispatcher)$/.test(environment.CHORUS_ROLES ?? ''))
      environment.CHORUS_JWT_SECRET ??= testSecret
    await server.start(port)
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()))
  }
}
