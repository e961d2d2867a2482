import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What becomes of bytes that a client sent, and of its connection from then on. */
export type Verdict =
  | 'pass'
  /** Neither these bytes nor any later ones arrive, and both ends wait. */
  | 'hold'
  /** These bytes and later ones arrive; no answer comes back. */
  | 'deafen'

/** A way to a loopback server on which something happens at one certain moment. */
export class TappedProxy implements AsyncDisposable {
  port = 0
  /** Asked about all that clients send. */
  judge: (sent: Buffer) => Verdict = () => 'pass'
  readonly #targetPort: number
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((client) => this.#accept(client))

  constructor(targetPort: number) {
    this.#targetPort = targetPort
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  /** Breaks what is open; new connections pass again. */
  cut(): void {
    this.judge = () => 'pass'
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket): void {
    const server = connect(this.#targetPort, '127.0.0.1')
    let verdict: Verdict = 'pass'
    for (const socket of [client, server]) this.#keep(socket)
    client.on('data', (sent) => {
      if (verdict === 'pass') verdict = this.judge(sent)
      if (verdict !== 'hold') server.write(sent)
    })
    server.on('data', (answer) => {
      if (verdict !== 'deafen') client.write(answer)
    })
    client.on('close', () => {
      if (verdict !== 'hold') server.destroy()
    })
    server.on('close', () => client.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

export async function startTappedProxy(targetPort: number): Promise<TappedProxy> {
  const proxy = new TappedProxy(targetPort)
  await proxy.listen()
  return proxy
}
