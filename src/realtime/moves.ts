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

/** The viewers of one live video that are being moved. */
interface Move {
  /** Ticks until all of them are gone. */
  ticksLeft: number
  /** How many could stay when it began. */
  share: number
}

/**
 * Moves viewers who belong on another node: of each live video a few at a time, spread over some seconds, so that the
 * node they go to is not run over. Until then they are served here as before.
 */
export class Moves {
  readonly #parts: MovesParts
  readonly #moves = new Map<LiveVideoId, Move>()
  readonly #cancelListening: Cancel
  #cancelTicks: Cancel | null = null

  constructor(parts: MovesParts) {
    this.#parts = parts
    this.#cancelListening = parts.world.placement.onChange(() => this.#lookAtAll())
  }

  /**
   * To be called when a viewer has come: a gateway that does not know the newest assignment may have sent it here. Viewers
   * above this node's share of a spread live video are looked at only when loads are reported, since between two reports any
   * node that viewers pour into has too many.
   */
  entered({ liveVideoId }: Channel): void {
    const { placement, options } = this.#parts.world
    if (placement.shareOf(liveVideoId) === 0) this.#begin(liveVideoId, 0, options.strayMs)
  }

  stop(): void {
    this.#cancelListening()
    this.#cancelTicks?.()
    this.#moves.clear()
  }

  /** A move that is under way is begun anew only when more have to go than before: it would never end otherwise. */
  #lookAtAll(): void {
    const { channels, world } = this.#parts
    for (const { liveVideoId, connections } of channels.values()) {
      const share = world.placement.shareOf(liveVideoId)
      const underWay = this.#moves.get(liveVideoId)
      if (connections.size > share && (!underWay || share < underWay.share))
        this.#begin(liveVideoId, share, world.options.moveMs)
    }
  }

  #begin(liveVideoId: LiveVideoId, share: number, withinMs: number): void {
    const ticks = Math.ceil(withinMs / tickMs)
    const ticksLeft = Math.max(ticks, this.#moves.get(liveVideoId)?.ticksLeft ?? 0)
    this.#moves.set(liveVideoId, { ticksLeft, share })
    this.#cancelTicks ??= every(
      this.#parts.world.clock,
      () => tickMs,
      () => this.#tick(),
    )
  }

  #tick(): void {
    for (const [liveVideoId, move] of this.#moves) {
      const surplus = this.#moveSome(liveVideoId, move.ticksLeft)
      move.ticksLeft = Math.max(1, move.ticksLeft - 1)
      if (surplus <= 0) this.#moves.delete(liveVideoId)
    }
    if (this.#moves.size > 0) return
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
