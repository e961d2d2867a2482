import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Serves the requests of each connection one after the other: the next is not even parsed before the answer to the last
 * is in the hands of the kernel. Node's own server parses all of a packet at once, and begins every request in it: 64 KB
 * are 1,500 requests, whose answers the client may never read. Here what it sends too early stays bytes, and a client
 * that pipelines is answered in order, at the pace at which it reads.
 *
 * To be called before anything else listens for connections.
 */
export function serveInTurn(server: Server): void {
  server.on('connection', (socket) => void gates.set(socket, new RequestGate(socket)))
  server.prependListener('request', (request, response) => {
    gates.get(request.socket)?.begin(request, response)
  })
}

const gates = new WeakMap<Socket, RequestGate>()

/**
 * To be called when the answer under way is the last of its connection: what the client still sends is thrown away, so that
 * it is seen to leave. A stream has no end before that.
 */
export const answerLast = (socket: Socket | null): void => void (socket && gates.get(socket)?.answerLast())

const endOfHead = '\r\n\r\n'

/** Stands between a socket and the HTTP server's listener for its bytes. */
class RequestGate {
  readonly #socket: Socket
  readonly #parse: (bytes: Buffer) => void
  #unanswered = 0
  #newest: IncomingMessage | null = null
  #holds = false
  #isLast = false

  constructor(socket: Socket) {
    const [parse] = socket.listeners('data')
    if (!parse) throw new Error('the HTTP server does not listen for the bytes of its connections')
    this.#socket = socket
    this.#parse = parse as (bytes: Buffer) => void
    socket.off('data', this.#parse)
    socket.on('data', (bytes: Buffer) => this.#pass(bytes))
    // After the HTTP server's own listener, so that its parser runs again by then.
    socket.on('drain', () => this.#goOn())
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    this.#unanswered++
    this.#newest = request
    response.once('close', () => {
      this.#unanswered--
      if (this.#newest === request) this.#newest = null
      this.#goOn()
    })
  }

  answerLast(): void {
    this.#isLast = true
    this.#goOn()
  }

  /** Whether a request has come whole that is not answered yet, or its answer waits for the client. */
  get #isBusy(): boolean {
    const receiving = this.#newest !== null && !this.#newest.complete ? 1 : 0
    return this.#unanswered > receiving || this.#socket.writableNeedDrain
  }

  /**
   * In pieces that end where a head may end: each begins one request at most. Where bytes are cut means nothing to the
   * parser, so nothing needs to be known here of bodies.
   */
  #pass(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0 && this.#socket.writable && !this.#isLast) {
      if (this.#isBusy) return this.#hold(rest)
      const end = rest.indexOf(endOfHead)
      const cut = end < 0 ? rest.length : end + endOfHead.length
      this.#parse(rest.subarray(0, cut))
      rest = rest.subarray(cut)
    }
  }

  #hold(bytes: Buffer): void {
    this.#holds = true
    this.#socket.pause()
    this.#socket.unshift(bytes)
  }

  #goOn(): void {
    if (!this.#holds || (this.#isBusy && !this.#isLast)) return
    this.#holds = false
    // Not in the same turn of the event loop: a hundred requests in one packet would keep everybody else waiting.
    setImmediate(() => this.#socket.resume())
  }
}
