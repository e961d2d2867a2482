import { ChorusError } from './errors.ts'
import { anyClient, FairQueue, type QueueClient } from './fair-queue.ts'
import { type Arrival, arrivalIn, isTooLate, type PatienceOptions } from './patience.ts'

/**
 * What work is for, most urgent first. `shared`: all viewers of a live video, or all of them (heads, repairs). `stream`: one
 * viewer's way to the end of the log. `page`: a page of history or a state that a client asked for.
 */
export const priorities = ['shared', 'stream', 'page'] as const
export type Priority = (typeof priorities)[number]

/** The client that a piece of work is for, and its priority. */
export interface Asker extends QueueClient {
  priority: Priority
}

/** The server itself: its work is bounded by what it does it for. */
export const ownWork: Asker = { ...anyClient, priority: 'shared' }

export interface ConcurrencyOptions {
  /** Pieces of work under way. */
  runningMax: number
  /** Of them, those with the priority `page`: what is more urgent always finds one of the others soon. */
  pagesRunningMax: number
  /** Pieces of work that wait, of each priority. */
  waitingMax: number
  /** Of them, pages of one client. */
  clientWaitingMax: number
  /** How long pages wait at most, when many do. Null: as long as it takes. */
  pagePatience: PatienceOptions | null
}

interface Waiting extends Arrival {
  start: () => void
  reject: (error: ChorusError) => void
}

interface Lane {
  queue: FairQueue<Waiting>
  running: number
  runningMax: number
  patience: PatienceOptions | null
  /** How many were let pass, more urgent ones, since one of these was served. */
  letPass: number
}

/** At most this many more urgent pieces pass before one of the others runs: urgent work alone never stops the rest. */
const letPassMax = 8

/**
 * Limits how many pieces of work run at a time. The others wait in fair queues, one for each priority: the more urgent
 * come first, and within a priority the clients take turns.
 */
export class ConcurrencyLimit {
  readonly #runningMax: number
  readonly #lanes: Record<Priority, Lane>
  #running = 0

  constructor(options: ConcurrencyOptions) {
    const { runningMax, pagesRunningMax, waitingMax, clientWaitingMax, pagePatience } = options
    const lane = (most: number, clientMax: number, patience: PatienceOptions | null): Lane => ({
      queue: new FairQueue({ waitingMax, clientWaitingMax: clientMax }),
      running: 0,
      runningMax: most,
      patience,
      letPass: 0,
    })
    this.#runningMax = runningMax
    this.#lanes = {
      shared: lane(runningMax, waitingMax, null),
      stream: lane(runningMax, waitingMax, null),
      page: lane(pagesRunningMax, clientWaitingMax, pagePatience),
    }
  }

  /**
   * @throws ChorusError `too_many_requests` when the client has enough waiting, `overloaded` when there is no room for
   * anybody; also later, when the room is given to a client that has less waiting
   */
  async run<T>(asker: Asker, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes[asker.priority]
    if (this.#isFree(lane)) this.#begin(lane)
    else await this.#wait(lane, asker)
    try {
      return await work()
    } finally {
      lane.running--
      this.#running--
      this.#startNext()
    }
  }

  #isFree(lane: Lane): boolean {
    return this.#running < this.#runningMax && lane.running < lane.runningMax
  }

  #begin(lane: Lane): void {
    lane.running++
    this.#running++
  }

  #wait(lane: Lane, asker: Asker): Promise<void> {
    return new Promise((start, reject) => {
      const waiting = { ...arrivalIn(lane.queue, asker, performance.now()), start, reject }
      const rejection = lane.queue.add(waiting, asker)
      if (rejection) rejection.item.reject(refusal(rejection.reason))
    })
  }

  /** The place goes straight to the next one in turn: nothing new can slip in between. */
  #startNext(): void {
    const waiting = priorities
      .map((priority) => this.#lanes[priority])
      .filter((lane) => lane.queue.size > 0 && this.#isFree(lane))
    const chosen = waiting.find(({ letPass }) => letPass >= letPassMax) ?? waiting[0]
    if (!chosen) return
    const next = nextInTime(chosen)
    // All of that lane have been refused: another one may have something.
    if (!next) return this.#startNext()
    for (const lane of waiting) lane.letPass = lane === chosen ? 0 : lane.letPass + 1
    this.#begin(chosen)
    next.start()
  }
}

/** The next one that has not waited too long; those before it are refused. */
function nextInTime({ queue, patience }: Lane): Waiting | undefined {
  for (;;) {
    const next = queue.next()
    if (!next || !patience || !isTooLate(patience, next, performance.now())) return next
    next.reject(refusal('full'))
  }
}

const refusal = (reason: 'share' | 'full'): ChorusError =>
  new ChorusError(reason === 'share' ? 'too_many_requests' : 'overloaded', null, 1_000)
