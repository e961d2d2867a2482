import type { FastifyReply } from 'fastify'
import type { CorsHeaders } from '../http/cors.ts'
import { answerLast } from '../http/request-gate.ts'
import type { BodyCoding } from './body-coding.ts'
import { NetViewerSocket } from './net-viewer-socket.ts'
import { streamHeaders } from './stream-head.ts'
import type { ViewerSocket } from './viewer-socket.ts'

/**
 * Writes the head of an endless response to a request that came through the HTTP server, and hands its socket over: what is
 * written to it is chunked already, the same bytes for every viewer.
 *
 * Null when the request was pipelined behind another one, whose answer our bytes would run into: it is ended at once,
 * and a browser (none sends requests so) would come back.
 */
export function openStream(reply: FastifyReply, coding: BodyCoding, cors: CorsHeaders): ViewerSocket | null {
  reply.hijack()
  const response = reply.raw
  // The head says how the body is coded, and Node is to add nothing to it.
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

/** What a stream's head would be, and no stream. */
export function answerHead(reply: FastifyReply, coding: BodyCoding, cors: CorsHeaders): FastifyReply {
  reply.hijack()
  reply.raw.writeHead(200, streamHeaders(coding, cors)).end()
  return reply
}
