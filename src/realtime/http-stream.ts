import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import type { ViewerSocket } from './viewer-socket.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'access-control-allow-origin': '*',
  connection: 'close',
}

/**
 * Writes the head of an endless response and hands the socket over. The body is ended by closing the connection rather
 * than cut in HTTP chunks: then every viewer's bytes are the same, and one buffer serves all.
 *
 * Null when the request was pipelined behind another one, whose answer our bytes would run into: it is ended at once,
 * and a browser (none sends requests so) would come back.
 */
export function openStream(reply: FastifyReply): ViewerSocket | null {
  reply.hijack()
  const response: ServerResponse = reply.raw
  response.useChunkedEncodingByDefault = false
  response.writeHead(200, headers)
  const { socket } = reply.request.raw
  if (response.socket === socket) {
    response.flushHeaders()
    return viewerSocket(socket)
  }
  response.end()
  return null
}

function viewerSocket(socket: Socket): ViewerSocket {
  socket.on('error', () => socket.destroy())
  return {
    write: (bytes) => void socket.write(bytes),
    get bufferedBytes() {
      return socket.writableLength
    },
    end: () => socket.destroySoon(),
    destroy: () => void socket.destroy(),
    onDrain: (run) => void socket.on('drain', run),
    // A viewer who left while its token was read has closed already, and will not say so again.
    onClose: (run) => void (socket.destroyed ? setImmediate(run) : socket.once('close', run)),
  }
}
