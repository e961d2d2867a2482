import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const heldBytesMax = 1_048_576

/** `await using link = await startTcpProxy(port)`: a network between a client and a loopback server that can be bad. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const proxy = new TcpProxy(targetPort)
  await proxy.listen()
  return proxy
}

export class TcpProxy implements AsyncDisposable {
  /** Each byte arrives so much later, as over a long way. */
  delayMs = 0
  /** For each connection and direction; null: no limit. */
  limitBytesPerSecond: number | null = null
  port = 0
  /** In both directions, over all connections. */
  bytesPassed = 0
  #isCut = false
  #silence: PromiseWithResolvers<void> | null = null
  readonly #targetPort: number
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client))

  constructor(targetPort: number) {
    this.#targetPort = targetPort
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** How many connections are open through it. */
  get connections(): number {
    return this.#sockets.size / 2
  }

  /** Resets what is open, and every new connection at once. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Accepts connections and passes nothing on, not even their end, as a network that drops every packet. */
  silence(): void {
    this.#silence ??= Promise.withResolvers()
  }

  /** Works again. What was silenced goes on where it was: late, but nothing is missing. */
  heal(): void {
    this.#isCut = false
    this.#silence?.resolve()
    this.#silence = null
  }

  /** Until a byte that came at `cameMs` may leave. */
  async pass(cameMs: number, bytes: number): Promise<void> {
    const waitMs = cameMs + this.delayMs - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    if (this.limitBytesPerSecond !== null) await sleep((1_000 * bytes) / this.limitBytesPerSecond)
    while (this.#silence) await this.#silence.promise
    this.bytesPassed += bytes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#silence?.resolve()
    this.#silence = null
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket): void {
    if (this.#isCut) {
      client.resetAndDestroy()
      return
    }
    const server = connect({ host: '127.0.0.1', port: this.#targetPort, allowHalfOpen: true })
    for (const socket of [client, server]) this.#keep(socket)
    carry(client, server, this)
    carry(server, client, this)
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

/** What one end did, and when. */
interface Happening {
  cameMs: number
  bytes: Buffer | null
  /** Once the bytes before it have left. */
  run(): void
}

/** Brings everything that `from` sends to `to`, its end and its reset included, in order and no sooner than the proxy lets it. */
function carry(from: Socket, to: Socket, proxy: TcpProxy): void {
  const waiting: Happening[] = []
  let heldBytes = 0
  let busy = false

  const happened = (run: () => void, bytes: Buffer | null = null) => {
    waiting.push({ cameMs: performance.now(), bytes, run })
    heldBytes += bytes?.length ?? 0
    if (heldBytes > heldBytesMax) from.pause()
    if (!busy) passOn()
  }
  const passOn = async () => {
    busy = true
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await proxy.pass(next.cameMs, next.bytes?.length ?? 0)
      heldBytes -= next.bytes?.length ?? 0
      if (!to.destroyed) next.run()
      if (to.writableNeedDrain) await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {})
      if (heldBytes <= heldBytesMax) from.resume()
    }
    busy = false
  }

  from.on('data', (bytes: Buffer) => {
    const sliceBytes =
      proxy.limitBytesPerSecond === null ? bytes.length : Math.ceil(proxy.limitBytesPerSecond / 50)
    for (let begin = 0; begin < bytes.length; begin += sliceBytes) {
      const slice = bytes.subarray(begin, begin + sliceBytes)
      happened(() => to.write(slice), slice)
    }
  })
  from.on('end', () => happened(() => to.end()))
  from.on('close', () => {
    if (!from.readableEnded) happened(() => to.resetAndDestroy())
  })
}
