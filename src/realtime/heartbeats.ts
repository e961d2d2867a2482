import { keptBytes } from '../domain/kept-bytes.ts'
import { type Cancel, every } from '../domain/time.ts'
import type { DisconnectReason } from '../protocol/disconnect.ts'
import { encodeSseComment } from '../protocol/sse.ts'
import type { Connection } from './connection.ts'
import { encodeNotice } from './encode.ts'
import { HeartbeatWheel } from './heartbeat-wheel.ts'
import { SharedText } from './shared-text.ts'
import { visitInSlices } from './slices.ts'
import type { RealtimeWorld } from './world.ts'

const tickMs = 1_000
const heartbeat = new SharedText([keptBytes(encodeSseComment('still here'))], 1)

/** Ends a stream for a reason of the closed table. */
export type End = (connection: Connection, reason: DisconnectReason) => void

/**
 * Keeps quiet streams open, and ends those that are to end by the clock: a viewer that takes nothing any more, a token
 * that has expired.
 */
export class Heartbeats {
  readonly #world: RealtimeWorld
  readonly #end: End
  readonly #wheel: HeartbeatWheel<Connection>
  /** Few viewers have a token; they are looked at every tick, to end on the second. */
  readonly #expiring = new Set<Connection>()
  /** Viewers written to once since they closed their sending side; the next write fails for those that are gone. */
  readonly #finished = new Set<Connection>()
  readonly stop: Cancel

  constructor(world: RealtimeWorld, end: End) {
    this.#world = world
    this.#end = end
    this.#wheel = new HeartbeatWheel(Math.max(1, Math.round(world.options.heartbeatMs / tickMs)))
    this.stop = every(
      world.clock,
      () => tickMs,
      () => this.#tick(),
    )
  }

  add(connection: Connection): void {
    connection.spoke = this.#wheel.add(connection)
    if (connection.terms.expiresAt !== null) this.#expiring.add(connection)
    connection.socket.onFinished(() => this.#probe(connection))
  }

  remove(connection: Connection): void {
    this.#wheel.remove(connection, connection.spoke)
    this.#expiring.delete(connection)
    this.#finished.delete(connection)
  }

  #tick(): void {
    const { clock, options } = this.#world
    visitInSlices(this.#wheel.tick(), (connection) => this.#visit(connection), clock, options.sliceMs)
    const finished = new Set(this.#finished)
    this.#finished.clear()
    visitInSlices(finished, (connection) => this.#visit(connection), clock, options.sliceMs)
    const now = clock.now()
    for (const connection of this.#expiring)
      if ((connection.terms.expiresAt ?? now) <= now) this.#expire(connection)
  }

  /** Half a connection is no sign that the viewer is gone; nothing but writing to it finds out. */
  #probe(connection: Connection): void {
    this.#visit(connection)
    this.#finished.add(connection)
  }

  #visit(connection: Connection): void {
    const { clock, options } = this.#world
    // What waits for it would never be taken: an end that is polite would wait as well.
    if (connection.isStalled(clock.elapsed(), options.stallMs)) connection.socket.destroy()
    // Bytes on their way keep a stream as open as a heartbeat does.
    else if (connection.socket.bufferedBytes === 0)
      connection.writeCoded(heartbeat.bytesIn(connection.coding))
  }

  #expire(connection: Connection): void {
    this.#expiring.delete(connection)
    connection.write(encodeNotice('auth.expired', {}))
    this.#end(connection, 'auth_expired')
  }
}
