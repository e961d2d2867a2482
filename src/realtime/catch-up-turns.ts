import { FairQueue, type QueueClient } from '../domain/fair-queue.ts'
import type { Clock } from '../domain/time.ts'

const without = Number.POSITIVE_INFINITY

interface Turn {
  run: () => void
  done: () => void
}

/**
 * Shares the event loop among the viewers of a node who are catching up: a viewer's first frame is written as it comes,
 * every further one in turn by client, and in slices between which everything else has its turn. However many come back
 * at once, none is turned away, and none of them holds up a post for longer than a slice.
 */
export class CatchUpTurns {
  readonly #clock: Clock
  readonly #sliceMs: number
  readonly #waiting = new FairQueue<Turn>({ waitingMax: without, clientWaitingMax: without })
  #isDue = false

  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock
    this.#sliceMs = sliceMs
  }

  /** Runs `work` when it is the client's turn. */
  take(client: QueueClient, run: () => void): Promise<void> {
    return new Promise((done) => {
      this.#waiting.add({ run, done }, client)
      this.#runSoon()
    })
  }

  #runSoon(): void {
    if (this.#isDue || this.#waiting.size === 0) return
    this.#isDue = true
    this.#clock.after(0, () => {
      this.#isDue = false
      this.#runSlice()
      this.#runSoon()
    })
  }

  #runSlice(): void {
    const began = this.#clock.elapsed()
    do {
      const turn = this.#waiting.next()
      if (!turn) return
      turn.run()
      turn.done()
    } while (this.#clock.elapsed() - began < this.#sliceMs)
  }
}
