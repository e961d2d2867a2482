import type { FastifyReply } from 'fastify'
import type { ContentCoding } from './content-coding.ts'
import { NetViewerSocket } from './net-viewer-socket.ts'
import { streamHeaders } from './stream-head.ts'
import type { ViewerSocket } from './viewer-socket.ts'

/**
 * Writes the head of an endless response to a request that came through the HTTP server, and hands its socket over. The body
 * is ended by closing the connection rather than cut in HTTP chunks: then every viewer's bytes are the same.
 *
 * Null when the request was pipelined behind another one, whose answer our bytes would run into: it is ended at once,
 * and a browser (none sends requests so) would come back.
 */
export function openStream(reply: FastifyReply, coding: ContentCoding): ViewerSocket | null {
  reply.hijack()
  const response = reply.raw
  response.useChunkedEncodingByDefault = false
  response.writeHead(200, streamHeaders(coding))
  const { socket } = reply.request.raw
  if (response.socket !== socket) {
    response.end()
    return null
  }
  response.flushHeaders()
  socket.write(coding.preamble)
  return new NetViewerSocket(socket)
}
