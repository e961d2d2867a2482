import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Addressed } from './chorus-server.ts'

/** One stable address before servers that come and go, as a Layer 4 load balancer is: each connection to the next of them. */
class TcpSwitch implements Addressed, AsyncDisposable {
  url = ''
  #ports: number[] = []
  #turn = 0
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((client) => this.#accept(client))

  /** Connections that are open stay where they are. */
  use(urls: string[]): void {
    this.#ports = urls.map((url) => Number(new URL(url).port))
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket): void {
    const port = this.#ports[this.#turn++ % this.#ports.length] ?? 0
    const server = connect({ host: '127.0.0.1', port })
    for (const socket of [client, server]) this.#keep(socket)
    client.pipe(server).pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

/** `await using front = await startTcpSwitch(urls)` */
export async function startTcpSwitch(urls: string[]): Promise<TcpSwitch> {
  const front = new TcpSwitch()
  front.use(urls)
  await front.listen()
  return front
}
