import type { EventPublisher } from '../bus/bus.ts'
import type { Command, Outcome } from '../domain/command.ts'
import { ChorusError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import type { CommentStore } from '../store/store.ts'
import type { CommentsMetrics } from './metrics.ts'

export interface GroupCommitOptions {
  /** Commands in one transaction. */
  batchMax: number
  /** Commands that wait for a transaction; beyond it they are refused at once. */
  waitingMax: number
}

/** Who has waited longer behind a transaction that then fails is refused with it, and not made to wait for another. */
const patienceMs = 500

interface Waiting {
  command: Command
  done: PromiseWithResolvers<Outcome>
  /** In `Clock.elapsed` time. */
  since: number
}

/**
 * Stores commands in batches, one transaction at a time: whatever comes while one commits goes into the next. A lone
 * command waits for nothing, and under load the disk's one fsync is shared by hundreds. What was stored goes to the bus.
 */
export class GroupCommit {
  readonly #store: Pick<CommentStore, 'append'>
  readonly #bus: EventPublisher
  readonly #clock: Clock
  readonly #metrics: CommentsMetrics
  readonly #options: GroupCommitOptions
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null

  constructor(
    store: Pick<CommentStore, 'append'>,
    bus: EventPublisher,
    clock: Clock,
    metrics: CommentsMetrics,
    options: GroupCommitOptions = { batchMax: 500, waitingMax: 10_000 },
  ) {
    this.#store = store
    this.#bus = bus
    this.#clock = clock
    this.#metrics = metrics
    this.#options = options
  }

  /** Resolves when the outcome is durable. @throws ChorusError `overloaded` or `store_unavailable` */
  submit(command: Command): Promise<Outcome> {
    if (this.#waiting.length >= this.#options.waitingMax)
      return Promise.reject(new ChorusError('overloaded', null, 1_000))
    const done = Promise.withResolvers<Outcome>()
    this.#waiting.push({ command, done, since: this.#clock.elapsed() })
    this.#running ??= this.#run()
    return done.promise
  }

  /** Resolves when nothing waits or commits any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    // Requests that the event loop has read already arrive in this same turn: let them in.
    await new Promise<void>((resolve) => this.#clock.after(0, resolve))
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, this.#options.batchMax))
    // In the same turn as the last look at the queue, so that nobody can join it unseen.
    this.#running = null
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const began = this.#clock.elapsed()
    try {
      const outcomes = await this.#store.append(batch.map(({ command }) => command))
      this.#metrics.committed(batch.length, this.#clock.elapsed() - began)
      this.#bus.publish(outcomes.flatMap((outcome) => (outcome.kind === 'appended' ? outcome.events : [])))
      for (const [index, outcome] of outcomes.entries()) batch[index]?.done.resolve(outcome)
    } catch (error) {
      for (const { done } of [...batch, ...this.#takeImpatient()]) done.reject(error)
    }
  }

  #takeImpatient(): Waiting[] {
    const patientSince = this.#clock.elapsed() - patienceMs
    const firstPatient = this.#waiting.findIndex(({ since }) => since >= patientSince)
    return this.#waiting.splice(0, firstPatient === -1 ? this.#waiting.length : firstPatient)
  }
}
