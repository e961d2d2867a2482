import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { lastWords, sendComeBack } from './come-back.ts'
import { forwardedHeaders } from './headers.ts'
import type { GatewayParts } from './parts.ts'
import { Relay } from './relay.ts'

/** Brings viewers the streams of other nodes. */
export class StreamForwarder {
  readonly #parts: GatewayParts
  /** By node. */
  readonly #relays = new Map<string, Set<Relay>>()
  readonly #looking: NodeJS.Timeout

  constructor(parts: GatewayParts) {
    this.#parts = parts
    this.#looking = setInterval(() => this.#endLeaseless(), parts.options.leaseLookMs).unref()
  }

  /** @param node null: nobody knows yet who serves the live video */
  forward(
    request: FastifyRequest,
    reply: FastifyReply,
    liveVideoId: LiveVideoId,
    node: string | null,
  ): FastifyReply {
    const { mode, stopping } = this.#parts
    if (stopping()) return this.comeBack(reply, 'server_stopping')
    if (node === null) return this.comeBack(reply, 'node_unreachable')
    const url = new URL(`/v1/live-videos/${liveVideoId}/stream${queryOf(request)}`, node)
    // nginx is told the host alone, and asks it in plain HTTP.
    if (mode === 'accel' && url.protocol === 'http:') return redirectNginx(reply, url)
    // Gone already; or asked for behind another request on the same connection, as no browser does.
    if (reply.raw.destroyed || reply.raw.socket !== request.raw.socket)
      return this.comeBack(reply, 'node_unreachable')
    this.#relay(request, reply, node, url)
    return reply
  }

  comeBack(reply: FastifyReply, reason: DisconnectReason): FastifyReply {
    const { options, random, metrics } = this.#parts
    if (reason === 'node_unreachable') metrics.unreachable('stream')
    return sendComeBack(reply, reason, options, random)
  }

  /** Ends all that go through here, each viewer with its own time to come back. */
  stop(): void {
    clearInterval(this.#looking)
    for (const node of this.#relays.keys()) this.#end(node, 'server_stopping')
  }

  /** A node that is frozen or cut off cannot say itself that its live videos are served by others now. */
  #endLeaseless(): void {
    const { places } = this.#parts
    for (const node of this.#relays.keys()) if (!places.isLiving(node)) this.#end(node, 'node_unreachable')
  }

  #end(node: string, reason: DisconnectReason): void {
    for (const relay of this.#relays.get(node) ?? []) relay.end(reason)
  }

  #relay(request: FastifyRequest, reply: FastifyReply, node: string, url: URL): void {
    const { options, random, metrics, clientOf } = this.#parts
    const ownHeaders = reply.getHeaders() as OutgoingHttpHeaders
    reply.hijack()
    const relay = new Relay({
      viewer: reply.raw,
      url,
      headers: bodiless(forwardedHeaders(request, clientOf(request).address)),
      ownHeaders,
      lastWords: (reason) => lastWords(reason, options, random),
      onUnreachable: () => metrics.unreachable('stream'),
      options,
    })
    reply.raw.once('close', this.#add(node, relay))
  }

  /** Returns how to remove it. */
  #add(node: string, relay: Relay): () => void {
    const relays = this.#relays.get(node) ?? new Set()
    this.#relays.set(node, relays.add(relay))
    this.#parts.metrics.streamsChanged(1)
    return () => {
      this.#parts.metrics.streamsChanged(-1)
      relays.delete(relay)
      if (relays.size === 0) this.#relays.delete(node)
    }
  }
}

const queryOf = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '')

/** A body that a GET may have come with is not sent on, and so must not be announced. */
const bodiless = ({
  'content-length': _,
  'content-type': __,
  ...headers
}: ReturnType<typeof forwardedHeaders>) => headers

/** For nginx alone, which asks that node in our place and passes the client none of this. See deploy/nginx/nginx.conf. */
const redirectNginx = (reply: FastifyReply, { hostname, port, pathname, search }: URL): FastifyReply =>
  reply
    // nginx would pass this one on beside the node's own.
    .removeHeader('cache-control')
    .header('x-accel-redirect', `/_node/${hostname}:${port || 80}${pathname}${search}`)
    .send('')
