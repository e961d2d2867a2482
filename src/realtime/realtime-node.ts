import type { EventSubscriber } from '../bus/bus.ts'
import type { LiveVideoEvent } from '../domain/event.ts'
import { anyClient, type QueueClient } from '../domain/fair-queue.ts'
import { keptText } from '../domain/kept-bytes.ts'
import type { LiveVideoId } from '../domain/live-video.ts'
import { type Cancel, every, jittered } from '../domain/time.ts'
import { type DisconnectReason, encodeFarewell } from '../protocol/disconnect.ts'
import { encodeSseRetry } from '../protocol/sse.ts'
import { CatchUpTurns } from './catch-up-turns.ts'
import { Channel, type SharedByChannels, type Start } from './channel.ts'
import { Connection, type StreamTerms } from './connection.ts'
import { Heartbeats } from './heartbeats.ts'
import { watchedLoad } from './load.ts'
import { Moves } from './moves.ts'
import { ViewerCounts } from './viewer-counts.ts'
import type { ViewerSocket } from './viewer-socket.ts'
import type { RealtimeWorld } from './world.ts'
import { WriteDemand } from './write-demand.ts'

/** Heads asked for in one read of the store. */
const headsPerRead = 500

/** The Realtime Messaging Service: the viewers' streams of the live videos that are watched through this node. */
export class RealtimeNode {
  readonly #world: RealtimeWorld
  readonly #bus: EventSubscriber
  readonly #channels = new Map<LiveVideoId, Channel>()
  readonly #lingering = new Map<LiveVideoId, Cancel>()
  readonly #shared: SharedByChannels
  readonly #heartbeats: Heartbeats
  readonly #viewerCounts: ViewerCounts
  readonly #moves: Moves
  /** The viewers of spread live videos on all nodes, as last told to the viewers here. */
  readonly #spreadViewers = new WeakMap<Channel, number>()
  /** Ended by `stop`, but not closed yet. */
  readonly #ending = new Set<Connection>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #stopRecounts: Cancel
  readonly #stopHeadChecks: Cancel
  #viewers = 0
  #checking = false

  constructor(world: RealtimeWorld, bus: EventSubscriber) {
    this.#world = world
    this.#bus = bus
    const turns = new CatchUpTurns(world.clock, world.options.sliceMs)
    this.#shared = { demand: new WriteDemand(), turns }
    bus.onEvents((events) => this.#receive(events))
    bus.onInterrupted(() => void this.#checkHeads())
    this.#heartbeats = new Heartbeats(world, (connection, reason) => this.#end(connection, reason))
    this.#viewerCounts = new ViewerCounts(world.clock)
    const move = (connection: Connection) => this.#end(connection, 'moved', world.options.moveRetryMs)
    this.#moves = new Moves({ world, channels: this.#channels, move })
    const { clock, options, random, placement } = world
    this.#stopRecounts = placement.onChange(() => this.#recount())
    this.#stopHeadChecks = every(
      clock,
      () => jittered(options.headCheckMs, random),
      () => void this.#checkHeads(),
    )
  }

  /** Open streams on this node. */
  get viewers(): number {
    return this.#viewers
  }

  /** Live videos that this node follows, watched or lingering. */
  get liveVideos(): number {
    return this.#channels.size
  }

  /** Open streams of one live video, on the other nodes that share it as well. */
  viewersOf(liveVideoId: LiveVideoId): number {
    return this.#channels.get(liveVideoId)?.viewers ?? this.#world.placement.viewersOf(liveVideoId)
  }

  /** The viewers here by live video and slot, for the Dispatcher. */
  load(): ReturnType<typeof watchedLoad> {
    return watchedLoad(
      [...this.#channels.values()].map(({ liveVideoId, connections }) => ({
        liveVideoId,
        viewers: connections.size,
      })),
      (liveVideoId) => this.#world.placement.isShared(liveVideoId),
    )
  }

  /**
   * Takes over a viewer whose response head is written. Nearly always its first bytes are written before this returns.
   */
  async serve(
    liveVideoId: LiveVideoId,
    socket: ViewerSocket,
    start: Start,
    terms: StreamTerms,
    client: QueueClient = anyClient,
  ): Promise<void> {
    const connection = new Connection(socket, terms)
    const channel = this.#enter(liveVideoId, connection)
    connection.write(this.retryLine())
    try {
      if (!channel.isOpen) await channel.open()
      await channel.join(connection, start, client)
    } catch (error) {
      this.#world.report(error)
      this.#end(connection, 'store_unavailable')
    }
  }

  /** `retry:` with jitter, so that viewers who were cut off together do not come back together. */
  retryLine(): string {
    return encodeSseRetry(this.#jitteredRetryMs())
  }

  /** The last words of a stream: when to come back, and why it ends. */
  farewell(reason: DisconnectReason, retryMs?: number): string {
    return encodeFarewell(reason, this.#jitteredRetryMs(retryMs))
  }

  #jitteredRetryMs(retryMs = this.#world.options.retryMs): number {
    return jittered(retryMs, this.#world.random)
  }

  /** Ends every stream, each with its own time to come back; resolves when all viewers have taken their last bytes. */
  stop(): Promise<void> {
    this.#stopHeadChecks()
    this.#stopRecounts()
    this.#moves.stop()
    this.#heartbeats.stop()
    for (const cancel of this.#lingering.values()) cancel()
    for (const channel of this.#channels.values()) {
      for (const connection of channel.connections) {
        this.#end(connection, 'server_stopping')
        this.#ending.add(connection)
      }
      channel.close()
    }
    this.#channels.clear()
    if (this.#ending.size === 0) this.#ended.resolve()
    return this.#ended.promise
  }

  /** After `stop`: cuts off the viewers who have not taken their last bytes. */
  cutOff(): void {
    for (const { socket } of this.#ending) socket.destroy()
  }

  #enter(liveVideoId: LiveVideoId, connection: Connection): Channel {
    const channel = this.#channels.get(liveVideoId) ?? this.#openChannel(liveVideoId)
    this.#lingering.get(liveVideoId)?.()
    this.#lingering.delete(liveVideoId)
    channel.connections.add(connection)
    this.#count(channel, 1)
    this.#moves.entered(channel)
    this.#heartbeats.add(connection)
    connection.socket.onClose(() => this.#leave(channel, connection))
    return channel
  }

  /** @param asked may be a slice of the request's text, which must not live as long as the channel */
  #openChannel(asked: LiveVideoId): Channel {
    const liveVideoId = keptText(asked)
    const channel = new Channel(liveVideoId, this.#world, this.#shared, () =>
      this.#bus.subscribe(liveVideoId),
    )
    this.#channels.set(liveVideoId, channel)
    return channel
  }

  #leave(channel: Channel, connection: Connection): void {
    if (this.#ending.delete(connection) && this.#ending.size === 0) this.#ended.resolve()
    this.#heartbeats.remove(connection)
    channel.leave(connection)
    this.#count(channel, -1)
    if (channel.connections.size === 0 && this.#channels.get(channel.liveVideoId) === channel)
      this.#linger(channel)
  }

  #count(channel: Channel, by: 1 | -1): void {
    this.#viewers += by
    this.#world.metrics.viewersChanged(by)
    this.#viewerCounts.changed(channel)
  }

  /** The viewers of a spread live video may change in number on other nodes alone. */
  #recount(): void {
    for (const channel of this.#channels.values()) {
      const viewers = this.#world.placement.viewersOf(channel.liveVideoId)
      if (viewers === (this.#spreadViewers.get(channel) ?? 0)) continue
      this.#spreadViewers.set(channel, viewers)
      this.#viewerCounts.changed(channel)
    }
  }

  #linger(channel: Channel): void {
    const { clock, options, random } = this.#world
    const { liveVideoId } = channel
    const letGo = () => {
      this.#lingering.delete(liveVideoId)
      this.#channels.delete(liveVideoId)
      channel.close()
      this.#bus.unsubscribe(liveVideoId).catch((error) => this.#world.report(error))
    }
    this.#lingering.set(liveVideoId, clock.after(jittered(options.lingerMs, random), letGo))
  }

  #receive(events: LiveVideoEvent[]): void {
    for (const event of events) this.#channels.get(event.liveVideoId)?.offer(event)
  }

  /** Finds lost events that no later event has revealed. One check at a time, however slow the store. */
  async #checkHeads(): Promise<void> {
    if (this.#checking) return
    this.#checking = true
    const watched = [...this.#channels.values()]
    for (let at = 0; at < watched.length; at += headsPerRead)
      await this.#checkSome(watched.slice(at, at + headsPerRead))
    this.#checking = false
  }

  async #checkSome(channels: Channel[]): Promise<void> {
    const asked = channels.map((channel) => ({ channel, extent: channel.extent }))
    const ids = channels.map(({ liveVideoId }) => liveVideoId)
    const heads = await this.#world.reader.readHeads(ids).catch(() => null)
    if (heads === null) return
    for (const { channel, extent } of asked)
      channel.compareHead(heads.get(channel.liveVideoId) ?? null, extent)
  }

  #end(connection: Connection, reason: DisconnectReason, retryMs?: number): void {
    connection.end(this.farewell(reason, retryMs))
  }
}
