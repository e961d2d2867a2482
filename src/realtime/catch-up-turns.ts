import { FairQueue, type QueueClient, unbounded } from '../domain/fair-queue.ts'
import type { Clock } from '../domain/time.ts'

/**
 * Shares the event loop among the viewers of a node who are catching up. A viewer's first frame is written at once; further
 * frames wait in a fair queue by client, and are written in slices between which other work has its turn. However many viewers
 * come back at once, none is turned away, and none holds up a post for longer than a slice.
 */
export class CatchUpTurns {
  readonly #clock: Clock
  readonly #sliceMs: number
  readonly #waiting = new FairQueue<() => void>(unbounded)
  #isDue = false

  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock
    this.#sliceMs = sliceMs
  }

  /** Runs `work` when it is the client's turn. Rejects with the error that it throws; other turns go on. */
  take(client: QueueClient, work: () => void): Promise<void> {
    return new Promise((done, fail) => {
      const turn = () => {
        try {
          done(work())
        } catch (error) {
          fail(error)
        }
      }
      this.#waiting.add(turn, client)
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
      turn()
    } while (this.#clock.elapsed() - began < this.#sliceMs)
  }
}
