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
/** Finer, so that a short round has as many moments as it needs for a write to all not to be felt. */
const quickTickMs = 200
const heartbeat = new SharedText([keptBytes(encodeSseComment('still here'))], 1)

type Beat = (connection: Connection, bytes: Buffer) => void
const write: Beat = (connection, bytes) => connection.writeCoded(bytes)
/** At seven times the pace, a node that is busy writing events has nothing more to write. */
const writeIfQuiet: Beat = (connection, bytes) => connection.writeIfQuiet(bytes)

/** Ends a stream for a reason of the closed table. */
export type End = (connection: Connection, reason: DisconnectReason) => void

/** Keeps quiet streams open, and ends a stream when its viewer takes nothing any more or its token has expired. */
export class Heartbeats {
  readonly #world: RealtimeWorld
  readonly #end: End
  readonly #usual: HeartbeatWheel<Connection>
  readonly #quick: HeartbeatWheel<Connection>
  /** Few viewers have a token; they are looked at every tick, to end on the second. */
  readonly #expiring = new Set<Connection>()
  /** Viewers written to once since they closed their sending side; the next write fails for those that are gone. */
  readonly #finished = new Set<Connection>()
  readonly #stopTicks: Cancel
  #stopped = false

  constructor(world: RealtimeWorld, end: End) {
    this.#world = world
    this.#end = end
    const { clock, options } = world
    this.#usual = new HeartbeatWheel(clock, { tickMs, roundMs: options.heartbeatMs }, (connections) =>
      this.#visitAll(connections, write),
    )
    const quickPace = { tickMs: quickTickMs, roundMs: options.quickHeartbeatMs }
    this.#quick = new HeartbeatWheel(clock, quickPace, (connections) =>
      this.#visitAll(connections, writeIfQuiet),
    )
    this.#stopTicks = every(
      clock,
      () => tickMs,
      () => this.#tick(),
    )
  }

  add(connection: Connection): void {
    if (this.#stopped) return
    connection.spoke = this.#wheelOf(connection).add(connection)
    if (connection.terms.expiresAt !== null) this.#expiring.add(connection)
    connection.socket.onFinished(() => this.#probe(connection))
  }

  remove(connection: Connection): void {
    this.#wheelOf(connection).remove(connection, connection.spoke)
    this.#expiring.delete(connection)
    this.#finished.delete(connection)
  }

  stop(): void {
    this.#stopped = true
    this.#stopTicks()
    this.#usual.stop()
    this.#quick.stop()
  }

  #wheelOf({ terms }: Connection): HeartbeatWheel<Connection> {
    return terms.quickHeartbeats ? this.#quick : this.#usual
  }

  #tick(): void {
    const finished = new Set(this.#finished)
    this.#finished.clear()
    this.#visitAll(finished, write)
    const now = this.#world.clock.now()
    for (const connection of this.#expiring)
      if ((connection.terms.expiresAt ?? now) <= now) this.#expire(connection)
  }

  #visitAll(connections: ReadonlySet<Connection>, beat: Beat): void {
    const { clock, options } = this.#world
    visitInSlices(connections, (connection) => this.#visit(connection, beat), clock, options.sliceMs)
  }

  /** A viewer that closed its sending side may still read; only writing to it tells. */
  #probe(connection: Connection): void {
    this.#visit(connection, write)
    this.#finished.add(connection)
  }

  #visit(connection: Connection, beat: Beat): void {
    const { clock, options } = this.#world
    // It takes no bytes, so it would not take last words either.
    if (connection.isStalled(clock.elapsed(), options.stallMs)) connection.socket.destroy()
    // Waiting bytes keep a stream open as a heartbeat does.
    else if (connection.socket.bufferedBytes === 0) beat(connection, heartbeat.bytesIn(connection.coding))
  }

  #expire(connection: Connection): void {
    this.#expiring.delete(connection)
    connection.write(encodeNotice('auth.expired', {}))
    this.#end(connection, 'auth_expired')
  }
}
