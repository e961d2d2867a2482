import type { FastifyReply, FastifyRequest } from 'fastify'
import { actorOf, type Identity, requireVideo } from '../auth/identity.ts'
import type { VerifyToken } from '../auth/tokens.ts'
import { ChorusError } from '../domain/errors.ts'
import { type LiveVideoId, parseLiveVideoId } from '../domain/live-video.ts'
import { type ClientOf, pageAsker } from '../http/client.ts'
import { authenticate, identityOf } from '../http/credentials.ts'
import type { HttpServer } from '../http/server.ts'
import * as api from '../protocol/api.ts'
import type { CommentService } from './comment-service.ts'
import { type HistoryReader, readHistory } from './history.ts'
import { changeLiveVideo, createComment, listComments, postComment, removeComment } from './operations.ts'

export interface CommentRoutesParts {
  service: CommentService
  store: HistoryReader
  verify: VerifyToken
  clientOf: ClientOf
}

/** The HTTP interface of the Comment Management Service. */
export function commentRoutes(
  app: HttpServer,
  { service, store, verify, clientOf }: CommentRoutesParts,
): void {
  const onRequest = authenticate(verify)
  const enter = (request: FastifyRequest, id: string): [LiveVideoId, Identity] => {
    const liveVideoId = parseLiveVideoId(id)
    const identity = identityOf(request)
    requireVideo(identity, liveVideoId)
    return [liveVideoId, identity]
  }

  const create = async (request: FastifyRequest, reply: FastifyReply, id: string, body: api.NewComment) => {
    const [liveVideoId, identity] = enter(request, id)
    const { text, replyTo, offsetMs } = body
    const draft = { text, replyTo, offsetMs, idempotencyKey: idempotencyKey(request) }
    const { comment, repeated } = await service.create(liveVideoId, actorOf(identity), draft)
    reply.code(repeated ? 200 : 201)
    return comment
  }

  const created = { 200: api.Comment, 201: api.Comment }

  app.post(
    '/v1/live-videos/:liveVideoId/comments',
    {
      onRequest,
      schema: {
        operation: postComment,
        params: api.LiveVideoParams,
        body: api.NewComment,
        response: created,
      },
    },
    (request, reply) => create(request, reply, request.params.liveVideoId, request.body),
  )

  app.post(
    '/create',
    { onRequest, schema: { operation: createComment, body: api.NewCommentAnywhere, response: created } },
    (request, reply) => create(request, reply, request.body.liveVideoId, request.body),
  )

  app.get(
    '/v1/live-videos/:liveVideoId/comments',
    {
      schema: {
        operation: listComments,
        params: api.LiveVideoParams,
        querystring: api.CommentPageQuery,
        response: { 200: api.CommentPage },
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
      onRequest,
      schema: { operation: removeComment, params: api.CommentParams, response: { 204: api.Nothing } },
    },
    async (request, reply) => {
      const [liveVideoId, identity] = enter(request, request.params.liveVideoId)
      await service.remove(liveVideoId, actorOf(identity), request.params.commentId)
      return reply.code(204).send(null)
    },
  )

  app.patch(
    '/v1/live-videos/:liveVideoId',
    {
      onRequest,
      schema: {
        operation: changeLiveVideo,
        params: api.LiveVideoParams,
        body: api.LiveVideoPatch,
        response: { 204: api.Nothing },
      },
    },
    async (request, reply) => {
      const [liveVideoId, identity] = enter(request, request.params.liveVideoId)
      await service.change(liveVideoId, actorOf(identity), request.body)
      return reply.code(204).send(null)
    },
  )
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const { success, data } = api.IdempotencyKey.safeParse(request.headers['idempotency-key'])
  if (!success) throw new ChorusError('invalid_idempotency_key', '1 to 200 visible ASCII characters.')
  return data
}
