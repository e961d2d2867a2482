import type { FastifyReply, FastifyRequest } from 'fastify'
import { actorOf, type Identity, requireVideo } from '../auth/identity.ts'
import type { VerifyToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'
import { type LiveVideoId, parseLiveVideoId } from '../domain/live-video.ts'
import { type ClientOf, pageAsker } from '../http/client.ts'
import { requireIdentity } from '../http/credentials.ts'
import { problemResponses } from '../http/schemas.ts'
import type { HttpServer } from '../http/server.ts'
import * as api from '../protocol/api.ts'
import type { CommentStore } from '../store/store.ts'
import type { CommentService } from './comment-service.ts'
import { readHistory } from './history.ts'

export interface CommentRoutesParts {
  service: CommentService
  store: Pick<CommentStore, 'readComments'>
  verify: VerifyToken
  clientOf: ClientOf
}

/** The HTTP interface of the Comment Management Service. */
export function commentRoutes(
  app: HttpServer,
  { service, store, verify, clientOf }: CommentRoutesParts,
): void {
  const enter = async (request: FastifyRequest, id: string): Promise<[LiveVideoId, Identity]> => {
    const liveVideoId = parseLiveVideoId(id)
    const identity = await requireIdentity(request, verify)
    requireVideo(identity, liveVideoId)
    return [liveVideoId, identity]
  }

  const create = async (request: FastifyRequest, reply: FastifyReply, id: string, body: api.NewComment) => {
    const [liveVideoId, identity] = await enter(request, id)
    const { text, replyTo, offsetMs } = body
    const draft = { text, replyTo, offsetMs, idempotencyKey: idempotencyKey(request) }
    const { comment, repeated } = await service.create(liveVideoId, actorOf(identity), draft)
    reply.code(repeated ? 200 : 201)
    return comment
  }

  const creating = {
    tags: ['comments'],
    security: api.withToken,
    description: api.idempotencyDescription,
    response: { 200: api.Comment, 201: api.Comment, ...problemResponses },
  }

  app.post(
    '/v1/live-videos/:liveVideoId/comments',
    { schema: { ...creating, summary: 'Post a comment', params: api.LiveVideoParams, body: api.NewComment } },
    (request, reply) => create(request, reply, request.params.liveVideoId, request.body),
  )

  app.post(
    '/create',
    {
      schema: {
        ...creating,
        summary: 'Post a comment, the LiveVideoId in the body',
        body: api.NewCommentAnywhere,
      },
    },
    (request, reply) => create(request, reply, request.body.liveVideoId, request.body),
  )

  app.get(
    '/v1/live-videos/:liveVideoId/comments',
    {
      schema: {
        summary: 'A page of comments, newest first',
        tags: ['comments'],
        params: api.LiveVideoParams,
        querystring: api.CommentPageQuery,
        response: { 200: api.CommentPage, ...problemResponses },
      },
    },
    async (request) => {
      const liveVideoId = parseLiveVideoId(request.params.liveVideoId)
      return readHistory(store, liveVideoId, request.query, pageAsker(clientOf(request)))
    },
  )

  app.delete(
    '/v1/live-videos/:liveVideoId/comments/:commentId',
    {
      schema: {
        summary: 'Remove a comment: one’s own, or any as a moderator',
        tags: ['comments'],
        params: api.CommentParams,
        security: api.withToken,
        response: { 204: api.Nothing, ...problemResponses },
      },
    },
    async (request, reply) => {
      const [liveVideoId, identity] = await enter(request, request.params.liveVideoId)
      await service.remove(liveVideoId, actorOf(identity), request.params.commentId)
      return reply.code(204).send(null)
    },
  )

  app.patch(
    '/v1/live-videos/:liveVideoId',
    {
      schema: {
        summary: 'Change the settings of a live video (moderator)',
        tags: ['live videos'],
        params: api.LiveVideoParams,
        body: api.LiveVideoPatch,
        security: api.withToken,
        response: { 204: api.Nothing, ...problemResponses },
      },
    },
    async (request, reply) => {
      const [liveVideoId, identity] = await enter(request, request.params.liveVideoId)
      await service.change(liveVideoId, actorOf(identity), request.body)
      return reply.code(204).send(null)
    },
  )
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const { 'idempotency-key': key } = request.headers
  if (key === undefined) return undefined
  const parsed = api.IdempotencyKey.safeParse(key)
  if (!parsed.success) throw new ChorusError('invalid_idempotency_key', '1 to 200 visible ASCII characters.')
  return parsed.data
}
