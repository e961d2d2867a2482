import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import { request as secureRequest } from 'node:https'
import { answerLast } from '../http/request-gate.ts'
import { eventStreamHeaders } from '../http/security-headers.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { endToEnd } from './headers.ts'
import type { GatewayOptions } from './options.ts'

export interface RelayParts {
  viewer: ServerResponse
  url: URL
  headers: IncomingHttpHeaders
  /** What the gateway says in a head of its own, to a viewer whose node says nothing. */
  ownHeaders: OutgoingHttpHeaders
  lastWords: (reason: DisconnectReason) => string
  /** The node did not answer, or left. */
  onUnreachable: () => void
  options: Pick<GatewayOptions, 'streamAnswerMsMax' | 'streamIdleMsMax'>
}

const lineFeed = 10

/**
 * Carries one stream from its node to its viewer, at the pace of the viewer: what it does not take stays in the node's
 * socket. When either leaves, the other is told at once; a viewer, in a way that makes it come back.
 *
 * Not through a pool: undici's looks through all connections of a node for a free one, and those of streams never are.
 */
export class Relay {
  readonly #parts: RelayParts
  readonly #asked: ClientRequest
  #ended = false
  /** Whether all that was written are whole blocks: more text now would not run into an event that was cut off. */
  #whole = true
  #lastByte = lineFeed
  /** The body is compressed: that cannot be seen in it, and text would break it. */
  #coded = false

  constructor(parts: RelayParts) {
    this.#parts = parts
    const { viewer, url, headers, options } = parts
    const ask = url.protocol === 'https:' ? secureRequest : request
    this.#asked = ask(url, { agent: false, headers, timeout: options.streamAnswerMsMax })
      .on('response', (node) => this.#pass(node))
      .on('timeout', () => this.#onSilence())
      .on('error', () => this.end('node_unreachable'))
    viewer.once('close', () => this.#leaveNode())
    // Gone, or only finished asking: which of them could be told by writing alone, and what is written here is the node's.
    viewer.socket?.once('end', () => viewer.destroy())
    answerLast(viewer.socket)
    this.#asked.end()
  }

  /**
   * Ends the stream on both sides, if it has not ended yet: with last words where they can be said; elsewhere it is cut off,
   * so that nobody takes half an event for the end.
   */
  end(reason: DisconnectReason): void {
    const { viewer, lastWords, onUnreachable } = this.#parts
    if (this.#ended) return
    this.#ended = true
    this.#leaveNode()
    if (reason === 'node_unreachable' && !viewer.destroyed) onUnreachable()
    if (!viewer.headersSent)
      viewer.writeHead(200, { ...this.#parts.ownHeaders, ...eventStreamHeaders, connection: 'close' })
    if (this.#whole && !this.#coded) viewer.end(lastWords(reason))
    else viewer.socket?.destroySoon()
  }

  /** With a reset: a connection that only ended would be one that may still be listening. */
  #leaveNode(): void {
    if (this.#parts.url.protocol === 'http:') this.#asked.socket?.resetAndDestroy()
    this.#asked.destroy()
  }

  #pass(node: IncomingMessage): void {
    const { viewer, options } = this.#parts
    const { statusCode = 0, headers } = node
    if (statusCode >= 500) return this.end('node_unreachable')
    this.#asked.setTimeout(options.streamIdleMsMax)
    this.#coded = headers['content-encoding'] !== undefined
    viewer.writeHead(statusCode, { ...endToEnd(headers), connection: 'close' })
    viewer.flushHeaders()
    node.on('data', (bytes: Buffer) => this.#look(bytes))
    node.on('end', () => this.#finish())
    node.on('error', () => this.end('node_unreachable'))
    node.pipe(viewer, { end: false })
  }

  #look(bytes: Buffer): void {
    const before = bytes.length > 1 ? bytes.at(-2) : this.#lastByte
    this.#lastByte = bytes.at(-1) ?? lineFeed
    this.#whole = this.#lastByte === lineFeed && before === lineFeed
  }

  /** The node has ended it in order, and said why: one that is killed cuts its streams off. */
  #finish(): void {
    this.#ended = true
    this.#parts.viewer.end()
  }

  /** Nothing moved: either the node says nothing, or the viewer takes nothing, and then it would not take this either. */
  #onSilence(): void {
    if (this.#parts.viewer.writableNeedDrain) this.#parts.viewer.destroy()
    else this.end('node_unreachable')
  }
}
