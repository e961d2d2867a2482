import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { asksForStream } from '../protocol/stream-path.ts'
import type { LateAnswer } from './late-answer.ts'
import { type PlainRequest, readPlainRequest } from './plain-request.ts'
import { hasFirstTurn } from './request-gate.ts'
import { Turns } from './turns.ts'

/**
 * Looks at the first request of a connection, and says whether it has taken the connection over.
 * @param decline gives it to the HTTP server after all; to be called later, if at all
 */
export type TakeConnection = (socket: Socket, request: PlainRequest, decline: () => void) => boolean

/** As much of a request as tells a stream from all others. */
const lookBytes = 512

/** Connections that are idle for one to two times this long are handed to the HTTP server. */
const silentMs = 2_000

/**
 * Stands before an HTTP server: a connection whose first request is taken never becomes the server's, so that no parser,
 * request or response is made for it. All others are handed on with the bytes that were read, as if nobody had looked
 * (`http.Server` serves any socket that it is given by a 'connection' event; Node documents it).
 * @returns how to close those who have said nothing yet, and wait for no more of them
 */
export function putInFront(server: Server, take: TakeConnection, turns = new Turns()): () => void {
  const front = new Front(server, take, turns)
  server.removeAllListeners('connection')
  server.on('connection', (socket) => front.meet(socket))
  const tick = setInterval(() => front.handOnSilent(), silentMs).unref()
  return () => {
    clearInterval(tick)
    front.close()
  }
}

class Front {
  readonly #take: TakeConnection
  readonly #turns: Turns
  readonly #serve: (socket: Socket) => void
  /** Of whom nothing has come yet: since the last tick, and since before it. */
  #silent = new Set<Socket>()
  #silentLonger = new Set<Socket>()
  #closed = false
  readonly #onFirstBytes: (this: Socket, bytes: Buffer) => void
  readonly #onGone: (this: Socket) => void

  constructor(server: Server, take: TakeConnection, turns: Turns) {
    const listeners = server.listeners('connection')
    this.#serve = (socket) => {
      for (const listener of listeners) listener.call(server, socket)
    }
    this.#take = take
    this.#turns = turns
    // One function for all connections, rather than one for each.
    const front = this
    this.#onFirstBytes = function (bytes) {
      front.#look(this, bytes)
    }
    this.#onGone = function () {
      front.#letGo(this)
      this.destroy()
    }
  }

  meet(socket: Socket): void {
    if (this.#closed) return this.#serve(socket)
    this.#silent.add(socket)
    socket.on('data', this.#onFirstBytes)
    socket.on('error', this.#onGone)
    socket.on('end', this.#onGone)
  }

  handOnSilent(): void {
    for (const socket of this.#silentLonger) this.#handOn(socket)
    this.#silentLonger = this.#silent
    this.#silent = new Set()
  }

  close(): void {
    this.#closed = true
    for (const silent of [this.#silent, this.#silentLonger]) for (const socket of silent) socket.destroy()
  }

  #look(socket: Socket, bytes: Buffer): void {
    this.#letGo(socket)
    // Until its turn it is not read, so that nothing is lost.
    socket.pause().on('error', this.#onGone)
    const kind = asksForStream(bytes.toString('latin1', 0, lookBytes)) ? 'streams' : 'requests'
    this.#turns.take(kind, this.#turns.lineOf(socket), (isLate) => {
      if (socket.destroyed) return
      socket.off('error', this.#onGone)
      const answer = isLate ? this.#turns.answerLate(bytes) : null
      if (answer) this.#refuse(socket, answer)
      else this.#begin(socket, bytes)
    })
  }

  /** It may ask again on the same connection, which nothing else knows yet. */
  #refuse(socket: Socket, { bytes, isLast }: LateAnswer): void {
    this.meet(socket)
    socket.write(bytes)
    if (isLast) socket.destroySoon()
    socket.resume()
  }

  #begin(socket: Socket, bytes: Buffer): void {
    const request = readPlainRequest(bytes)
    const handOn = () => this.#handOn(socket, bytes)
    if (!request || !this.#take(socket, request, handOn)) handOn()
  }

  #handOn(socket: Socket, bytes?: Buffer): void {
    this.#letGo(socket)
    if (bytes) hasFirstTurn(socket)
    socket.pause()
    this.#serve(socket)
    if (bytes) socket.unshift(bytes)
    socket.resume()
  }

  #letGo(socket: Socket): void {
    this.#silent.delete(socket)
    this.#silentLonger.delete(socket)
    socket.off('data', this.#onFirstBytes)
    socket.off('error', this.#onGone)
    socket.off('end', this.#onGone)
  }
}
