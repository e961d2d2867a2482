import type { EventPublisher } from '../bus/bus.ts'
import type { Command, Outcome } from '../domain/command.ts'
import { ChorusError } from '../domain/errors.ts'
import { FairQueue } from '../domain/fair-queue.ts'
import { type Arrival, arrivalIn, isTooLate, type PatienceOptions } from '../domain/patience.ts'
import type { Clock } from '../domain/time.ts'
import type { CommentStore } from '../store/store.ts'
import type { CommentsMetrics } from './metrics.ts'

export interface GroupCommitOptions {
  /** Commands in one transaction. */
  batchMax: number
  /** Commands that wait for a transaction; beyond it they are refused at once. */
  waitingMax: number
  /** Of them, commands of one author. */
  authorWaitingMax: number
  /** How long they wait, where more than a transaction takes go first. */
  patience: PatienceOptions
}

export const defaultGroupCommitOptions: GroupCommitOptions = Object.freeze({
  batchMax: 500,
  waitingMax: 10_000,
  authorWaitingMax: 1_000,
  patience: { waitMsMax: 100, aheadMin: 1_000 },
})

/** Who has waited longer behind a transaction that then fails is refused with it, and not made to wait for another. */
const patienceMs = 500

interface Waiting extends Arrival {
  command: Command
  done: PromiseWithResolvers<Outcome>
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
  readonly #waiting: FairQueue<Waiting>
  #running: Promise<void> | null = null

  constructor(
    store: Pick<CommentStore, 'append'>,
    bus: EventPublisher,
    clock: Clock,
    metrics: CommentsMetrics,
    options = defaultGroupCommitOptions,
  ) {
    this.#store = store
    this.#bus = bus
    this.#clock = clock
    this.#metrics = metrics
    this.#options = options
    const { waitingMax, authorWaitingMax: clientWaitingMax } = options
    this.#waiting = new FairQueue({ waitingMax, clientWaitingMax })
  }

  /**
   * Resolves when the outcome is durable. Authors take turns for the places of a transaction.
   * @throws ChorusError `rate_limited` when the author has enough waiting, `overloaded` or `store_unavailable`
   */
  submit(command: Command): Promise<Outcome> {
    const done = Promise.withResolvers<Outcome>()
    const client = { key: command.actor.author.id }
    const waiting = { command, done, ...arrivalIn(this.#waiting, client, this.#clock.elapsed()) }
    const rejection = this.#waiting.add(waiting, client)
    rejection?.item.done.reject(refusal(rejection.reason))
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
    while (this.#waiting.size > 0) await this.#commit(this.#nextBatch())
    // In the same turn as the last look at the queue, so that nobody can join it unseen.
    this.#running = null
  }

  #nextBatch(): Waiting[] {
    const batch: Waiting[] = []
    const now = this.#clock.elapsed()
    while (batch.length < this.#options.batchMax) {
      const next = this.#waiting.next()
      if (!next) break
      if (isTooLate(this.#options.patience, next, now)) next.done.reject(refusal('full'))
      else batch.push(next)
    }
    return batch
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
    return this.#waiting.take(({ since }) => since < patientSince)
  }
}

const refusal = (reason: 'share' | 'full'): ChorusError =>
  new ChorusError(reason === 'share' ? 'rate_limited' : 'overloaded', null, 1_000)
