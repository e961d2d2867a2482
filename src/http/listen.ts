import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type ListenOptions, type Server } from 'node:net'
import type { HttpServer } from './server.ts'

/**
 * Sockets that listen. The event loop accepts one connection of each in a turn: with one socket no more newcomers come in
 * a second than the loop has turns.
 */
const socketsMax = 64
/** At most one descriptor in so many goes to them. */
const descriptorsPerSocket = 64
/** Long enough for this machine itself to answer. */
const connectMsMax = 1_000

export interface ListenOn {
  host: string
  port: number
  /** How many file descriptors the process may have open. */
  descriptors: number
}

/**
 * Listens with several sockets on one port where the system can (`SO_REUSEPORT`), so that newcomers wait in the kernel for
 * a turn or two of the event loop, however many they are.
 * @param others of `serversBeside(app)`
 * @returns the address
 * @throws Error of the system, such as `EADDRINUSE`
 */
export async function listen(app: HttpServer, others: Server[], options: ListenOn): Promise<string> {
  // Of `localhost` Fastify would make a second server for the other of its addresses, on which nothing of ours stands.
  const host = options.host === 'localhost' ? '127.0.0.1' : options.host
  const reusePort = await canShare(host, options.port)
  const first = { host, port: options.port, reusePort }
  await app.listen(first)
  const { port } = app.server.address() as AddressInfo
  const sockets = Math.min(socketsMax, Math.floor(options.descriptors / descriptorsPerSocket))
  for (let count = 1; reusePort && count < sockets; count++)
    others.push(await acceptFor(app, { host, port, reusePort }))
  return `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`
}

/**
 * Servers beside that of `app`, which closes them with its own and waits for their connections like for its own. To be called
 * before `app` is ready; they may be added later.
 */
export function serversBeside(app: HttpServer): Server[] {
  const all: Server[] = []
  let closed: Promise<unknown> = Promise.resolve()
  app.addHook('preClose', async () => {
    closed = Promise.all(all.map((server) => new Promise((resolve) => server.close(resolve))))
  })
  app.addHook('onClose', async () => {
    app.server.closeIdleConnections()
    await closed
  })
  return all
}

/**
 * Accepts connections for the HTTP server, which serves any socket that it is given by a `connection` event. The options are
 * those that `http.Server` itself accepts with.
 */
export function acceptFor(app: HttpServer, where: ListenOptions): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  server.on('connection', (socket) => app.server.emit('connection', socket))
  return listening(server, where)
}

/**
 * Whether the system lets several sockets share this port, and nothing stands there yet: a shared port is shared with any program
 * of the same user. Asked by connecting: a socket that listened for a moment would accept a client and drop it. Where
 * this says no, the system itself refuses a port that is taken.
 */
const canShare = async (host: string, port: number): Promise<boolean> =>
  (port === 0 || (await refuses(host, port))) && (await hasSharedPorts(host))

/** Whether connections to the port are refused; not so when one is made, or nothing is known in time. */
async function refuses(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectMsMax) })
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  } finally {
    socket.on('error', () => {}).destroy()
  }
}

const hasSharedPorts = (host: string): Promise<boolean> =>
  listening(createServer(), { host, port: 0, reusePort: true }).then(
    (server) => {
      server.close()
      return true
    },
    () => false,
  )

async function listening(server: Server, where: ListenOptions): Promise<Server> {
  await once(server.listen(where), 'listening')
  return server
}
