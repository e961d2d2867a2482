import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requireVideo } from '../auth/identity.ts'
import { parseLiveVideoId } from '../domain/live-video.ts'
import { formatPosition, positionOf } from '../domain/position.ts'
import { type ClientOf, pageAsker } from '../http/client.ts'
import type { StreamCors } from '../http/cors.ts'
import { authenticate, identityOf } from '../http/credentials.ts'
import type { HttpServer } from '../http/server.ts'
import * as api from '../protocol/api.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { foldPosition } from '../protocol/stream-query.ts'
import type { EventReader } from '../store/store.ts'
import { acceptedCoding } from './accepted-coding.ts'
import { type AdmissionParts, admit, type StreamRequest } from './admission.ts'
import { answerHead, openStream } from './http-stream.ts'
import { createStreamTicket, getLiveVideo, watchLiveVideo } from './operations.ts'
import type { RealtimeNode } from './realtime-node.ts'
import type { StreamLimit } from './stream-limit.ts'

export interface RealtimeRoutesParts extends AdmissionParts {
  node: RealtimeNode
  reader: EventReader
  streamLimit: StreamLimit
  cors: StreamCors
  clientOf: ClientOf
}

const streamPath = '/v1/live-videos/:liveVideoId/stream'

/** A position may come under any of its names. */
const preValidation = async (request: FastifyRequest): Promise<void> => {
  request.query = foldPosition(request.query as Record<string, unknown>)
}

/** The HTTP interface of the Realtime Messaging Service. */
export function realtimeRoutes(app: HttpServer, parts: RealtimeRoutesParts): void {
  const { node, reader, verify, tickets, clientOf, streamLimit } = parts

  app.get(
    streamPath,
    {
      // HEAD has a handler of its own below, which opens no stream.
      exposeHeadRoute: false,
      preValidation,
      schema: { operation: watchLiveVideo, params: api.LiveVideoParams, querystring: api.StreamQuery },
    },
    async (request, reply) => {
      const wanted = streamRequestOf(request)
      const admission = await admit(parts, wanted)
      if (admission.reason !== null) return comeBackLater(reply, parts, admission.reason)
      const client = clientOf(request)
      if (!streamLimit.hasRoom(client.key)) return comeBackLater(reply, parts, 'too_many_streams')
      const { start, terms } = admission
      const socket = openStream(reply, terms.coding, parts.cors(request.headers.origin))
      if (!socket) return reply
      streamLimit.add(client.key, socket)
      await node.serve(wanted.liveVideoId, socket, start, terms, client)
      return reply
    },
  )

  app.head(
    streamPath,
    { preValidation, schema: { params: api.LiveVideoParams, querystring: api.StreamQuery } },
    async (request, reply) => {
      const wanted = streamRequestOf(request)
      await admit(parts, wanted)
      const coding = acceptedCoding(wanted.headers['accept-encoding'], wanted.httpVersion)
      return answerHead(reply, coding, parts.cors(request.headers.origin))
    },
  )

  app.get(
    '/v1/live-videos/:liveVideoId',
    {
      schema: {
        operation: getLiveVideo,
        params: api.LiveVideoParams,
        response: { 200: api.LiveVideo },
      },
    },
    async (request): Promise<api.LiveVideo> => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const { head, headAt, settings, pinnedComment } = await reader.readLiveVideo(
        liveVideoId,
        pageAsker(clientOf(request)),
      )
      return {
        liveVideoId,
        viewers: node.viewersOf(liveVideoId),
        ...settings,
        pinnedComment,
        position: formatPosition(headAt === null ? head : positionOf({ ...head, at: headAt })),
      }
    },
  )

  app.post(
    '/v1/live-videos/:liveVideoId/stream-tickets',
    {
      onRequest: authenticate(verify),
      schema: {
        operation: createStreamTicket,
        params: api.LiveVideoParams,
        response: { 201: api.Ticket },
      },
    },
    async (request, reply) => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const identity = identityOf(request)
      requireVideo(identity, liveVideoId)
      return reply.code(201).send(await tickets.issue(liveVideoId, identity))
    },
  )
}

interface StreamRouteRequest {
  params: { liveVideoId: string }
  query: StreamRequest['query']
  headers: IncomingHttpHeaders
  raw: { httpVersion: string }
}

const streamRequestOf = ({ params, query, headers, raw }: StreamRouteRequest): StreamRequest => ({
  liveVideoId: parseLiveVideoId(params.liveVideoId),
  query,
  headers,
  httpVersion: raw.httpVersion,
})

/** Transient errors are answered with 200, `retry:` and the end: an EventSource gives up for good on any other status. */
function comeBackLater(
  reply: FastifyReply,
  { node, cors }: RealtimeRoutesParts,
  reason: DisconnectReason,
): FastifyReply {
  const coding = acceptedCoding(undefined, reply.request.raw.httpVersion)
  const socket = openStream(reply, coding, cors(reply.request.headers.origin))
  socket?.end(coding.encodeLast(node.farewell(reason)))
  return reply
}
