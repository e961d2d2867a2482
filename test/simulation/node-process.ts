import type { Clock } from '../../src/domain/time.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What ends together when a node crashes: its timers, and every answer that it still waits for. */
export class NodeProcess {
  readonly name: string
  /** The one that the code under test is given: its timers are counted. */
  readonly clock: Clock
  /** For what is on its way to this process. */
  readonly network: Clock
  /** Timers that are set and have not fired. */
  timers = 0
  alive = true
  /** Comments (as `<epoch>:<sequence>`) whose removal this process has accepted: it must not write them any more. */
  readonly removed = new Set<string>()
  readonly #onEnd: (() => void)[] = []

  constructor(name: string, world: VirtualClock) {
    this.name = name
    const now = () => world.now()
    const elapsed = () => world.elapsed()
    this.network = { now, elapsed, after: (delayMs, run) => world.after(delayMs, () => this.#enter(run)) }
    this.clock = { now, elapsed, after: (delayMs, run) => this.#setTimer(delayMs, run) }
  }

  /** Calls `run` when this process ends, however it does. */
  onEnd(run: () => void): void {
    this.#onEnd.push(run)
  }

  /** At once, with nothing tidied up. */
  end(): void {
    if (!this.alive) return
    this.alive = false
    for (const run of this.#onEnd) run()
  }

  #enter(run: () => void): void {
    if (this.alive) run()
  }

  #setTimer(delayMs: number, run: () => void) {
    this.timers++
    let pending = true
    const settle = () => {
      if (pending) this.timers--
      pending = false
    }
    const cancel = this.network.after(delayMs, () => {
      settle()
      run()
    })
    return () => {
      settle()
      cancel()
    }
  }
}
