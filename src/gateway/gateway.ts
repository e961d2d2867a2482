import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { parseLiveVideoId } from '../domain/live-video.ts'
import type { HttpServer } from '../http/server.ts'
import { isForwarded } from '../protocol/forwarding.ts'
import type { GatewayParts } from './parts.ts'
import type { NodeRole } from './places.ts'
import { RequestForwarder } from './request-forwarder.ts'
import { StreamForwarder } from './stream-forwarder.ts'

/** What the node that serves the live video has to answer. */
const stream = '/v1/live-videos/:liveVideoId/stream'
const state = '/v1/live-videos/:liveVideoId'

/** What any node with the role can answer. */
const anyNodes: [HTTPMethods, string, NodeRole][] = [
  ['POST', '/create', 'comments'],
  ['POST', '/v1/live-videos/:liveVideoId/comments', 'comments'],
  ['GET', '/v1/live-videos/:liveVideoId/comments', 'comments'],
  ['DELETE', '/v1/live-videos/:liveVideoId/comments/:commentId', 'comments'],
  ['PATCH', state, 'comments'],
  ['POST', '/v1/live-videos/:liveVideoId/stream-tickets', 'realtime'],
  ['GET', '/v1/dispatch', 'dispatcher'],
  ['GET', '/v1/dispatch/:liveVideoId', 'dispatcher'],
]

interface Forwarders {
  requests: RequestForwarder
  streams: StreamForwarder
}

/**
 * Answers every address of the interface: what this process has no route for goes to a node that has, and what is about
 * a live video that another node serves goes to that one. To be called after the routes of the process's own services.
 */
export async function gateway(app: HttpServer, parts: GatewayParts): Promise<void> {
  const forwarders = { requests: new RequestForwarder(parts), streams: new StreamForwarder(parts) }
  sendToOwners(app, parts, forwarders)
  await app.register(async (scope) => {
    // A body goes on as it came: whoever serves it says what is wrong with it.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_, bytes, done) => done(null, bytes))
    addMissing(scope, forwarders)
  })
  app.addHook('preClose', async () => forwarders.streams.stop())
  app.addHook('onClose', () => forwarders.requests.close())
}

/** Before the routes, the process's own ones too: a live video of another node is that node's. */
function sendToOwners(
  app: HttpServer,
  { places, mode }: GatewayParts,
  { requests, streams }: Forwarders,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions
    if ((url !== stream && url !== state) || !isRead(request) || isForwarded(request.headers)) return
    const liveVideoId = parseLiveVideoId((request.params as { liveVideoId: string }).liveVideoId)
    const node = places.realtimeNodeFor(liveVideoId)
    if (node === places.self) return
    if (url === state || (request.method === 'HEAD' && node !== null && mode !== 'accel'))
      return requests.to(request, reply, node)
    return streams.forward(request, reply, liveVideoId, node)
  })
}

function addMissing(app: HttpServer, { requests, streams }: Forwarders): void {
  const add = (
    method: HTTPMethods,
    url: string,
    handler: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>,
  ) => {
    if (app.hasRoute({ method, url })) return
    app.route({ method, url, handler })
  }
  for (const [method, url, role] of anyNodes)
    add(method, url, (request, reply) =>
      isForwarded(request.headers) ? requests.unreachable(reply) : requests.toAny(request, reply, role),
    )
  // Only what was sent to the wrong process gets as far as here.
  add('GET', stream, (_, reply) => streams.comeBack(reply, 'node_unreachable'))
  add('GET', state, (_, reply) => requests.unreachable(reply))
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD'
