import type { Clock } from '../domain/time.ts'
import type { Channel } from './channel.ts'
import { encodeNotice } from './encode.ts'

/** How often a channel announces its number of viewers: a large one more rarely, since it costs a write a viewer. */
const intervalMs = (viewers: number): number => (viewers < 1_000 ? 2_000 : 10_000)

/** Announces the number of viewers of a channel to them, some time after it has changed. */
export class ViewerCounts {
  readonly #clock: Clock
  readonly #due = new Set<Channel>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  changed(channel: Channel): void {
    if (this.#due.has(channel)) return
    this.#due.add(channel)
    this.#clock.after(intervalMs(channel.connections.size), () => {
      this.#due.delete(channel)
      if (channel.connections.size > 0)
        channel.announce(encodeNotice('viewers', { viewers: channel.viewers }))
    })
  }
}
