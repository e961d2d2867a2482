import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { LiveVideoId } from '../domain/live-video.ts'
import type { ClientOf } from '../http/client.ts'
import type { StreamCors } from '../http/cors.ts'
import type { TakeConnection } from '../http/front.ts'
import type { PlainRequest } from '../http/plain-request.ts'
import * as api from '../protocol/api.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { liveVideoOfStream } from '../protocol/stream-path.ts'
import { foldPosition } from '../protocol/stream-query.ts'
import { type Admission, type AdmissionParts, admit, type StreamRequest } from './admission.ts'
import { plainChunks } from './body-coding.ts'
import { NetViewerSocket } from './net-viewer-socket.ts'
import type { RealtimeNode } from './realtime-node.ts'
import { streamHead } from './stream-head.ts'
import type { StreamLimit } from './stream-limit.ts'

export interface StreamDoorParts extends AdmissionParts {
  node: RealtimeNode
  streamLimit: StreamLimit
  clientOf: ClientOf
  cors: StreamCors
  /** Whether the live video is served here; called for each request. */
  isServedHere: (liveVideoId: LiveVideoId, headers: IncomingHttpHeaders) => boolean
  now: () => number
}

/**
 * Serves plain requests for streams on their bare sockets: a viewer is then a socket and a `Connection`, without the HTTP
 * server's objects. Every other request, and every request that gets an error, is left to the HTTP server.
 */
export function streamDoor(parts: StreamDoorParts): TakeConnection {
  return (socket, request, decline) => {
    const wanted = readStreamRequest(request)
    if (!wanted || !parts.isServedHere(wanted.liveVideoId, request.headers)) return false
    try {
      const admission = admit(parts, wanted)
      if (!(admission instanceof Promise)) return letIn(parts, socket, wanted, admission)
      // Not read until then, so that the HTTP server loses no byte if the request is declined.
      socket.pause().on('error', () => socket.destroy())
      admission.then((later) => letIn(parts, socket, wanted, later)).catch(decline)
      return true
    } catch {
      return false
    }
  }
}

/** More than there are parameters. `URLSearchParams` looks through all of the query for each pair. */
const pairsMax = 16

function readStreamRequest({ path, query, headers }: PlainRequest): StreamRequest | null {
  const liveVideoId = liveVideoOfStream(path)
  if (liveVideoId === null || query.split('&', pairsMax + 1).length > pairsMax) return null
  const pairs = [...new URLSearchParams(query)]
  const parameters = Object.fromEntries(pairs)
  const isRepeated = Object.keys(parameters).length < pairs.length
  const { data } = api.StreamQuery.safeParse(foldPosition(parameters))
  return data && !isRepeated ? { liveVideoId, query: data, headers, httpVersion: '1.1' } : null
}

function letIn(
  { node, streamLimit, clientOf, cors, now }: StreamDoorParts,
  socket: Socket,
  { liveVideoId, headers }: StreamRequest,
  admission: Admission,
): true {
  const viewer = new NetViewerSocket(socket)
  if (admission.reason !== null) return turnAway(admission.reason)
  const client = clientOf({ headers, socket })
  if (!streamLimit.hasRoom(client.key)) return turnAway('too_many_streams')
  streamLimit.add(client.key, viewer)
  const { start, terms } = admission
  viewer.inOnePiece(() => {
    viewer.write(streamHead(terms.coding, cors(headers.origin), now()))
    void node.serve(liveVideoId, viewer, start, terms, client)
  })
  return true

  function turnAway(reason: DisconnectReason): true {
    viewer.write(streamHead(plainChunks, cors(headers.origin), now()))
    viewer.end(plainChunks.encodeLast(node.farewell(reason)))
    return true
  }
}
