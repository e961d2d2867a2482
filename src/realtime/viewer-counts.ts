import type { Channel } from './channel.ts'
import { encodeNotice } from './encode.ts'
import type { RealtimeWorld } from './world.ts'

/** How often a channel tells its viewers how many they are: a large one more slowly, since each telling costs a write a viewer. */
const intervalMs = (viewers: number): number => (viewers < 1_000 ? 2_000 : 10_000)

/** Tells the viewers of a channel how many they are, some time after the number has changed. */
export class ViewerCounts {
  readonly #world: Pick<RealtimeWorld, 'clock' | 'placement'>
  readonly #due = new Set<Channel>()

  constructor(world: Pick<RealtimeWorld, 'clock' | 'placement'>) {
    this.#world = world
  }

  changed(channel: Channel): void {
    if (this.#due.has(channel)) return
    this.#due.add(channel)
    this.#world.clock.after(intervalMs(channel.connections.size), () => {
      this.#due.delete(channel)
      if (channel.connections.size > 0)
        channel.announce(encodeNotice('viewers', { viewers: this.viewersOf(channel) }))
    })
  }

  /** Of a live video that several nodes share, those of the others as well; their reports are seconds old. */
  viewersOf({ liveVideoId, connections }: Pick<Channel, 'liveVideoId' | 'connections'>): number {
    return Math.max(connections.size, this.#world.placement.viewersOf(liveVideoId))
  }
}
