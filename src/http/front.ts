import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { type PlainRequest, readPlainRequest } from './plain-request.ts'

/**
 * Looks at the first request of a connection, and says whether it has taken the connection over.
 * @param decline gives it to the HTTP server after all; to be called later, if at all
 */
export type TakeConnection = (socket: Socket, request: PlainRequest, decline: () => void) => boolean

/** Connections that are idle for one to two times this long are handed to the HTTP server. */
const silentMs = 2_000

/**
 * Stands before an HTTP server: a connection whose first request is taken never becomes the server's, so that no parser,
 * request or response is made for it. All others are handed on with the bytes that were read, as if nobody had looked
 * (`http.Server` serves any socket that it is given by a 'connection' event; Node documents it).
 * @returns how to close those who have said nothing yet, and wait for no more of them
 */
export function putInFront(server: Server, take: TakeConnection): () => void {
  const front = new Front(server, take)
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
  readonly #serve: (socket: Socket) => void
  /** Of whom nothing has come yet: since the last tick, and since before it. */
  #silent = new Set<Socket>()
  #silentLonger = new Set<Socket>()
  #closed = false
  readonly #onFirstBytes: (this: Socket, bytes: Buffer) => void
  readonly #onGone: (this: Socket) => void

  constructor(server: Server, take: TakeConnection) {
    const listeners = server.listeners('connection')
    this.#serve = (socket) => {
      for (const listener of listeners) listener.call(server, socket)
    }
    this.#take = take
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
    const request = readPlainRequest(bytes)
    this.#letGo(socket)
    const handOn = () => this.#handOn(socket, bytes)
    if (!request || !this.#take(socket, request, handOn)) handOn()
  }

  #handOn(socket: Socket, bytes?: Buffer): void {
    this.#letGo(socket)
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
