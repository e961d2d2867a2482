import type { Socket } from 'node:net'
import type { TakeConnection } from '../http/front.ts'
import { isForwarded } from '../protocol/forwarding.ts'
import { liveVideoOfStream } from '../protocol/stream-path.ts'
import type { Places } from './places.ts'

/** Gives a connection to the process of a node on this machine; false when the node has none here, or takes none now. */
export type GiveConnection = (node: string, socket: Socket, firstBytes: Buffer) => boolean

/**
 * A viewer whose node is a process of this machine is given to it, connection and all: no byte of the stream then passes
 * through here. All others are the HTTP server's, which brings them what their node says.
 */
export function handOver(places: Places, give: GiveConnection): TakeConnection {
  return (socket, { path, headers, bytes }) => {
    const liveVideoId = isForwarded(headers) ? null : liveVideoOfStream(path)
    const node = liveVideoId === null ? null : places.realtimeNodeFor(liveVideoId)
    return node !== null && node !== places.self && give(node, socket, bytes)
  }
}
