import { type Cancel, type Clock, jittered, type Random } from '../../domain/time.ts'
import type { Connection, Watcher } from './connection.ts'
import type { Session } from './session.ts'

export interface Surroundings {
  session: Session
  clock: Clock
  random: Random
  report: (error: unknown) => void
}

/** @param changed a watcher to set, always the same one, so that it is set once */
type Work = (connection: Connection, changed: Watcher) => Promise<void>

const retryMs = 1_000

/**
 * Does its work now, after each change and with each new connection, until it is stopped. ZooKeeper's watches fire once,
 * tell only that something changed, and end with their connection: so to look, to watch and to act is one piece of work.
 */
export class Reconciler {
  readonly #surroundings: Surroundings
  readonly #work: Work
  readonly #spreadMs: number
  readonly #forget: Cancel
  #isWorking = false
  #isDue = false
  #isStopped = false
  #working = Promise.resolve()

  /** @param spreadMs over how long those who watch the same thing spread; what changes meanwhile is one change */
  constructor(surroundings: Surroundings, spreadMs: number, work: Work) {
    this.#surroundings = surroundings
    this.#spreadMs = spreadMs
    this.#work = work
    this.#forget = surroundings.session.onConnected(() => this.run())
    this.run()
  }

  stop(): void {
    this.#isStopped = true
    this.#forget()
  }

  /** Resolves when it was done, or cannot be for now. Once at a time; asked for meanwhile, it is done once more. */
  run(): Promise<void> {
    this.#isDue = true
    if (!this.#isWorking) this.#working = this.#workWhileDue()
    return this.#working
  }

  async #workWhileDue(): Promise<void> {
    const { session } = this.#surroundings
    this.#isWorking = true
    while (this.#isDue && !this.#isStopped && session.current) {
      this.#isDue = false
      await this.#workOnce(session.current)
    }
    this.#isWorking = false
  }

  readonly #changed = (): void => {
    const { clock, random } = this.#surroundings
    clock.after(random() * this.#spreadMs, () => this.run())
  }

  async #workOnce(connection: Connection): Promise<void> {
    const { session, clock, random, report } = this.#surroundings
    try {
      await this.#work(connection, this.#changed)
    } catch (error) {
      // What fails with its connection is done again with the next one.
      if (!connection.isOpen || session.isClosed) return
      report(error)
      clock.after(jittered(retryMs, random), () => this.run())
    }
  }
}
