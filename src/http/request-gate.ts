import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { QueueClient } from '../domain/fair-queue.ts'
import { HeldBytes } from './held-bytes.ts'
import { Turns } from './turns.ts'

/**
 * Serves the requests of each connection one after the other: the next is not even parsed before the answer to the last
 * is in the hands of the kernel. Node's own server parses all of a packet at once, and begins every request in it: 64 KB
 * are 1,500 requests, whose answers the client may never read. Here what it sends too early stays bytes, and a client
 * that pipelines is answered in order, at the pace at which it reads.
 *
 * To be called before anything else listens for connections.
 */
export function serveInTurn(server: Server, turns = new Turns()): void {
  server.on('connection', (socket) => void gates.set(socket, new RequestGate(socket, turns)))
  server.prependListener('request', (request, response) => {
    gates.get(request.socket)?.begin(request, response)
  })
}

const gates = new WeakMap<Socket, RequestGate>()

const firstTurns = new WeakSet<Socket>()

/** To be called when the first request of a connection has waited for its turn before the connection is the server's. */
export const hasFirstTurn = (socket: Socket): void => void firstTurns.add(socket)

/**
 * To be called when the answer under way is the last of its connection: what the client still sends is thrown away, so that
 * it is seen to leave. A stream has no end before that.
 */
export const answerLast = (socket: Socket | null): void => void (socket && gates.get(socket)?.answerLast())

const endOfHead = '\r\n\r\n'
const endOfHeadBytes = Buffer.from(endOfHead)

/** Stands between a socket and the HTTP server's listeners for its bytes and their end. */
class RequestGate {
  readonly #socket: Socket
  readonly #turns: Turns
  #line: QueueClient | null = null
  readonly #parse: (bytes: Buffer) => void
  readonly #finish: () => void
  readonly #held = new HeldBytes()
  #unanswered = 0
  #begun = 0
  /** Bytes until the parser stands between two requests; NaN where that is not known. */
  #toCome = 0
  #newest: IncomingMessage | null = null
  #isPaused = false
  #isDue = false
  /** What comes next has waited already. */
  #hasTurn: boolean
  #hasEnded = false
  #isLast = false

  constructor(socket: Socket, turns: Turns) {
    this.#socket = socket
    this.#turns = turns
    this.#hasTurn = firstTurns.delete(socket)
    this.#parse = takeListener(socket, 'data')
    this.#finish = takeListener(socket, 'end')
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('end', () => {
      this.#hasEnded = true
      if (this.#held.length === 0) this.#finish()
    })
    // After the HTTP server's own listener, so that its parser runs again by then.
    socket.on('drain', () => this.#goOn())
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    this.#unanswered++
    this.#newest = request
    this.#begun++
    this.#toCome = bodyLength(request)
    response.once('close', () => {
      this.#unanswered--
      // Answered before its body has come, it still receives that.
      if (this.#newest === request && request.complete) this.#newest = null
      this.#goOn()
    })
  }

  answerLast(): void {
    this.#isLast = true
    this.#goOn()
  }

  /** Whether a request has begun whose body is still to come. */
  get #isReceiving(): boolean {
    return this.#newest !== null && !this.#newest.complete
  }

  /** Whether a request has come whole that is not answered yet, or its answer waits for the client. */
  get #isBusy(): boolean {
    return this.#unanswered > (this.#isReceiving ? 1 : 0) || this.#socket.writableNeedDrain
  }

  #receive(bytes: Buffer): void {
    this.#held.append(bytes)
    if (!this.#isDue && (this.#hasTurn || this.#isReceiving)) this.#pass()
    else this.#goOn()
    this.#hasTurn = false
    if (this.#held.length < this.#socket.readableHighWaterMark) return
    // So many that the socket reads no more, in one piece.
    this.#isPaused = true
    this.#socket.pause()
    this.#socket.unshift(this.#held.takeAll())
  }

  /**
   * In pieces that end where a head may end: each begins one request at most. Where bytes are cut means nothing to the
   * parser, so nothing needs to be known here of bodies.
   */
  #pass(): void {
    if (this.#isLast || !this.#socket.writable) this.#held.takeAll()
    while (this.#held.length > 0 && !this.#isBusy) {
      this.#feed(this.#held.takeUntil(endOfHead))
      if (!this.#socket.writable) this.#held.takeAll()
    }
  }

  #feed(bytes: Buffer): void {
    const before = this.#begun
    this.#parse(bytes)
    if (this.#begun === before) this.#toCome -= bytes.length
    else if (!bytes.subarray(-endOfHead.length).equals(endOfHeadBytes)) this.#toCome = Number.NaN
  }

  #goOn(): void {
    if (this.#isDue || (this.#isBusy && !this.#isLast) || (this.#held.length === 0 && !this.#isPaused)) return
    this.#isDue = true
    // Never at once: a hundred requests in one packet would keep everybody else waiting.
    this.#line ??= this.#turns.lineOf(this.#socket)
    this.#turns.take('requests', this.#line, (isLate) => this.#continue(isLate))
  }

  /** Only where the parser stands between two requests: what looks like a request may be a part of another one. */
  #refuse(): void {
    const answer = this.#socket.writable ? this.#turns.answerLate(this.#held.all) : null
    if (!answer) return
    this.#held.takeAll()
    this.#socket.write(answer.bytes)
    if (answer.isLast) this.#socket.destroySoon()
  }

  #continue(isLate: boolean): void {
    this.#isDue = false
    const held = this.#held.length > 0
    if (isLate && this.#toCome === 0 && !this.#isBusy) this.#refuse()
    this.#pass()
    if (this.#held.length > 0) return
    // Of a socket that has closed meanwhile the parser may be another connection's by now.
    if (held && this.#hasEnded && !this.#socket.destroyed) this.#finish()
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#hasTurn = true
    this.#socket.resume()
  }
}

/** How much follows the head; NaN when the head does not say. */
const bodyLength = ({ headers }: IncomingMessage): number =>
  'transfer-encoding' in headers || 'upgrade' in headers ? Number.NaN : Number(headers['content-length'] ?? 0)

/** The HTTP server's is the newest: it has just been given the connection. */
function takeListener<Event extends (bytes: Buffer) => void>(socket: Socket, event: 'data' | 'end'): Event {
  const listener = socket.listeners(event).at(-1)
  if (!listener) throw new Error(`the HTTP server does not listen for ${event} of its connections`)
  socket.off(event, listener as Event)
  return listener as Event
}
