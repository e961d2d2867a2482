import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { lastWords, sendComeBack, streamHeaders } from './come-back.ts'
import { forwardedHeaders } from './headers.ts'
import type { GatewayParts } from './parts.ts'
import { Relay } from './relay.ts'

/** Brings viewers the streams of other nodes. */
export class StreamForwarder {
  readonly #parts: GatewayParts
  readonly #relays = new Set<Relay>()

  constructor(parts: GatewayParts) {
    this.#parts = parts
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
    this.#relay(request, reply, url)
    return reply
  }

  comeBack(reply: FastifyReply, reason: DisconnectReason): FastifyReply {
    const { options, random, metrics } = this.#parts
    if (reason === 'node_unreachable') metrics.unreachable('stream')
    return sendComeBack(reply, reason, options, random)
  }

  /** Ends all that go through here, each viewer with its own time to come back. */
  stop(): void {
    for (const relay of this.#relays) relay.end('server_stopping')
  }

  #relay(request: FastifyRequest, reply: FastifyReply, url: URL): void {
    const { options, random, metrics } = this.#parts
    reply.hijack()
    const viewer = reply.raw
    const relay = new Relay({
      viewer,
      url,
      headers: bodiless(forwardedHeaders(request)),
      lastWords: (reason) => lastWords(reason, options, random),
      onUnreachable: () => metrics.unreachable('stream'),
      options,
    })
    this.#relays.add(relay)
    metrics.streamsChanged(1)
    viewer.once('close', () => {
      this.#relays.delete(relay)
      metrics.streamsChanged(-1)
    })
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
    .headers({ ...streamHeaders, 'x-accel-redirect': `/_node/${hostname}:${port || 80}${pathname}${search}` })
    .send('')
