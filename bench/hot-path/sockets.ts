import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Sockets extends AsyncDisposable {
  /** The server's ends; the other ends read and drop everything. */
  sockets: Socket[]
}

/** Connections over loopback. */
export async function realSockets(count: number): Promise<Sockets> {
  const sockets: Socket[] = []
  const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const clients = Array.from({ length: count }, () => connect(port, '127.0.0.1').resume())
  await Promise.all(clients.map((client) => once(client, 'connect')))
  while (sockets.length < count) await new Promise(setImmediate)
  return {
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of [...clients, ...sockets]) socket.destroy()
      server.close()
    },
  }
}
