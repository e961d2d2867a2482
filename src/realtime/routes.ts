import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { requireVideo } from '../auth/identity.ts'
import type { Tickets } from '../auth/tickets.ts'
import type { VerifyToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'
import { type LiveVideoId, parseLiveVideoId } from '../domain/live-video.ts'
import { formatPosition, parsePosition } from '../domain/position.ts'
import { bearerToken, cookieToken, requireIdentity } from '../http/credentials.ts'
import { problemResponses } from '../http/schemas.ts'
import type { HttpServer } from '../http/server.ts'
import * as api from '../protocol/api.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { encodeSseComment } from '../protocol/sse.ts'
import type { EventReader } from '../store/store.ts'
import type { Start } from './channel.ts'
import { openStream } from './http-stream.ts'
import type { RealtimeNode } from './realtime-node.ts'
import type { StreamLimit } from './stream-limit.ts'

export interface RealtimeRoutesParts {
  node: RealtimeNode
  reader: EventReader
  verify: VerifyToken
  tickets: Tickets
  streamLimit: StreamLimit
  /** Whether this server is about to stop and takes no new streams. */
  stopping: () => boolean
}

type StreamQuery = z.infer<typeof api.StreamQuery>

const streamDescription = [
  'Recent history, then live, on one connection. Who comes back with Last-Event-ID (a browser does by itself) or',
  'lastEventId= goes on where it was. Events with an id: comment.created (data: the comment), comment.removed',
  '{seq, at, commentId}, comment.pinned {seq, at, commentId or null}, settings.changed {seq, at, closed, slowModeMs}.',
  'Without: viewers {viewers}, gap {missed, reason}, reset {position}, auth.expired {}.',
  'What will pass is answered with 200, a retry and the end of the stream.',
].join(' ')

/** The HTTP interface of the Realtime Messaging Service. */
export function realtimeRoutes(app: HttpServer, parts: RealtimeRoutesParts): void {
  const { node, reader, verify, tickets } = parts

  app.get(
    '/v1/live-videos/:liveVideoId/stream',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'The events of a live video as server-sent events: recent history, then live',
        description: streamDescription,
        tags: ['live videos'],
        params: api.LiveVideoParams,
        querystring: api.StreamQuery,
        response: { 200: api.EventStream, ...problemResponses },
      },
    },
    async (request, reply) => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const start = startOf(request, request.query)
      if (parts.stopping()) return comeBackLater(reply, node, 'server_stopping')
      const expiresAt = await admit(parts, request, request.query, liveVideoId).catch(passing)
      if (expiresAt === 'keys_unavailable') return comeBackLater(reply, node, expiresAt)
      const giveBack = parts.streamLimit.take(request.ip)
      if (!giveBack) return comeBackLater(reply, node, 'too_many_streams')
      const socket = openStream(reply)
      if (!socket) {
        giveBack()
        return reply
      }
      socket.onClose(giveBack)
      await node.serve(liveVideoId, socket, start, expiresAt)
      return reply
    },
  )

  app.get(
    '/v1/live-videos/:liveVideoId',
    {
      schema: {
        summary: 'The state of a live video',
        tags: ['live videos'],
        params: api.LiveVideoParams,
        response: { 200: api.LiveVideo, ...problemResponses },
      },
    },
    async (request): Promise<api.LiveVideo> => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const { head, settings, pinnedComment } = await reader.readLiveVideo(liveVideoId)
      return {
        liveVideoId,
        viewers: node.viewersOf(liveVideoId),
        ...settings,
        pinnedComment,
        position: formatPosition(head),
      }
    },
  )

  app.post(
    '/v1/live-videos/:liveVideoId/stream-tickets',
    {
      schema: {
        summary: 'A one-minute ticket for an EventSource, which can send no header',
        security: api.withToken,
        tags: ['live videos'],
        params: api.LiveVideoParams,
        response: { 201: api.Ticket, ...problemResponses },
      },
    },
    async (request, reply) => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      const identity = await requireIdentity(request, verify)
      requireVideo(identity, liveVideoId)
      return reply.code(201).send(await tickets.issue(liveVideoId, identity.expiresAt))
    },
  )
}

/** Where the viewer was, if it says so; a browser's own header is newer than what stands in the URL. */
function startOf(request: FastifyRequest, query: StreamQuery): Start {
  const header = request.headers['last-event-id']
  const text = (typeof header === 'string' && header) || query.lastEventId || query.last_event_id
  return text
    ? { kind: 'resume', position: parsePosition(text) }
    : { kind: 'history', comments: query.history }
}

/** Until when the stream may go on; null without a token, which only a viewer who sent none is let in with. */
async function admit(
  { verify, tickets }: RealtimeRoutesParts,
  request: FastifyRequest,
  { ticket }: StreamQuery,
  liveVideoId: LiveVideoId,
): Promise<number | null> {
  if (ticket !== undefined) return tickets.accept(ticket, liveVideoId)
  const token = bearerToken(request) ?? cookieToken(request)
  if (token === null) return null
  const identity = await verify(token)
  requireVideo(identity, liveVideoId)
  return identity.expiresAt
}

/** The one refusal of a token that passes; all others stand. */
function passing(error: unknown): 'keys_unavailable' {
  if (error instanceof ChorusError && error.code === 'keys_unavailable') return error.code
  throw error
}

/** What will pass is never told by a status: an EventSource gives up for good on any but 200. */
function comeBackLater(reply: FastifyReply, node: RealtimeNode, reason: DisconnectReason): FastifyReply {
  const socket = openStream(reply)
  socket?.write(node.retryLine() + encodeSseComment(`closed: ${reason}`))
  socket?.end()
  return reply
}
