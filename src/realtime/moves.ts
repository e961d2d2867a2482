import type { LiveVideoId } from '../domain/live-video.ts'
import { type Cancel, every } from '../domain/time.ts'
import type { Channel } from './channel.ts'
import type { Connection } from './connection.ts'
import type { RealtimeWorld } from './world.ts'

const tickMs = 100

export interface MovesParts {
  world: RealtimeWorld
  channels: ReadonlyMap<LiveVideoId, Channel>
  /** Sends a viewer to where its live video belongs now. */
  move: (connection: Connection) => void
}

/**
 * Moves viewers who belong on another node: of each live video a few at a time, spread over some seconds, so that the
 * node they go to is not run over. Until then they are served here as before.
 */
export class Moves {
  readonly #parts: MovesParts
  /** Ticks within which the viewers of a live video that do not belong here are to be gone. */
  readonly #ticksLeft = new Map<LiveVideoId, number>()
  readonly #cancelListening: Cancel
  #cancelTicks: Cancel | null = null

  constructor(parts: MovesParts) {
    this.#parts = parts
    this.#cancelListening = parts.world.placement.onChange(() => this.#lookAtAll())
  }

  /** To be told when a viewer has come: it may have been sent here by one who did not know better yet. */
  entered({ liveVideoId, connections }: Channel): void {
    const { placement, options } = this.#parts.world
    if (connections.size > placement.shareOf(liveVideoId)) this.#begin(liveVideoId, options.strayMs)
  }

  stop(): void {
    this.#cancelListening()
    this.#cancelTicks?.()
    this.#ticksLeft.clear()
  }

  #lookAtAll(): void {
    const { channels, world } = this.#parts
    for (const { liveVideoId, connections } of channels.values())
      if (connections.size > world.placement.shareOf(liveVideoId))
        this.#begin(liveVideoId, world.options.moveMs)
  }

  #begin(liveVideoId: LiveVideoId, withinMs: number): void {
    const ticks = Math.ceil(withinMs / tickMs)
    this.#ticksLeft.set(liveVideoId, Math.max(ticks, this.#ticksLeft.get(liveVideoId) ?? 0))
    this.#cancelTicks ??= every(
      this.#parts.world.clock,
      () => tickMs,
      () => this.#tick(),
    )
  }

  #tick(): void {
    for (const [liveVideoId, ticks] of this.#ticksLeft) {
      const surplus = this.#moveSome(liveVideoId, ticks)
      if (surplus > 0) this.#ticksLeft.set(liveVideoId, Math.max(1, ticks - 1))
      else this.#ticksLeft.delete(liveVideoId)
    }
    if (this.#ticksLeft.size > 0) return
    this.#cancelTicks?.()
    this.#cancelTicks = null
  }

  /** Returns how many were too many. */
  #moveSome(liveVideoId: LiveVideoId, ticks: number): number {
    const { channels, world, move } = this.#parts
    // Some have been sent away and have not gone yet.
    const here = [...(channels.get(liveVideoId)?.connections ?? [])].filter(({ open }) => open)
    const surplus = here.length - world.placement.shareOf(liveVideoId)
    if (surplus <= 0) return 0
    // Rounded by chance: a thousand live videos with one viewer each must not all begin with theirs.
    for (const connection of here.slice(0, Math.floor(surplus / ticks + world.random()))) move(connection)
    return surplus
  }
}
