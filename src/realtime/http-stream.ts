import type { FastifyReply } from 'fastify'
import type { CorsHeaders } from '../http/cors.ts'
import { answerLast } from '../http/request-gate.ts'
import type { BodyCoding } from './body-coding.ts'
import { NetViewerSocket } from './net-viewer-socket.ts'
import { streamHeaders } from './stream-head.ts'
import type { ViewerSocket } from './viewer-socket.ts'

/**
 * Writes the head of a stream for a request that came through the HTTP server, and returns its socket. Bytes written to it are
 * chunked already, the same for every viewer.
 *
 * Null when the request was pipelined behind another one, whose answer our bytes would run into: the response is then ended at
 * once. No browser pipelines requests.
 */
export function openStream(reply: FastifyReply, coding: BodyCoding, cors: CorsHeaders): ViewerSocket | null {
  reply.hijack()
  const response = reply.raw
  // The head says how the body is coded; Node must add nothing to it.
  response.useChunkedEncodingByDefault = false
  response.writeHead(200, streamHeaders(coding, cors))
  const { socket } = reply.request.raw
  if (response.socket !== socket) {
    response.end()
    return null
  }
  response.flushHeaders()
  socket.write(coding.beginning)
  answerLast(socket)
  return new NetViewerSocket(socket)
}

/** Answers with the head that the stream would have, and opens no stream. */
export function answerHead(reply: FastifyReply, coding: BodyCoding, cors: CorsHeaders): FastifyReply {
  reply.hijack()
  reply.raw.writeHead(200, streamHeaders(coding, cors)).end()
  return reply
}
