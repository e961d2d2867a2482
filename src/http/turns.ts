import type { Socket } from 'node:net'
import { anyClient, FairQueue, type QueueClient, unbounded } from '../domain/fair-queue.ts'
import { type Arrival, arrivalIn, isTooLate, type PatienceOptions } from '../domain/patience.ts'
import type { Clock } from '../domain/time.ts'
import type { AnswerLate, LateAnswer } from './late-answer.ts'

/** New streams and requests wait in queues of their own, so that a rush of viewers does not stop the posts. */
export type TurnKind = 'streams' | 'requests'

/** @param isLate it has waited so long, among so many, that it is to be told to come back */
export type Begin = (isLate: boolean) => void

export interface TurnsOptions {
  /** Work begun in one turn of the event loop, in milliseconds. */
  sliceMs: number
  /** How long each kind waits, when many do. */
  patience: Record<TurnKind, PatienceOptions>
}

export const defaultTurnsOptions: TurnsOptions = Object.freeze({
  sliceMs: 3,
  patience: {
    // Thousands who come back at once are let in, not sent away to come once more.
    streams: { waitMsMax: 250, aheadMin: 2_048 },
    requests: { waitMsMax: 100, aheadMin: 1_024 },
  },
})

export interface TurnsMetrics {
  /** One has waited too long. */
  refused(kind: TurnKind): void
}

export interface TurnsParts {
  clock: Pick<Clock, 'elapsed' | 'after'>
  /** In which line the requests of a connection wait, as far as it can be told before one is read. */
  lineOf: (socket: Socket) => QueueClient
  answerLate: AnswerLate
  metrics: TurnsMetrics
  options: TurnsOptions
}

const eventLoop: TurnsParts['clock'] = {
  elapsed: () => performance.now(),
  after(_, run) {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  },
}

interface Turn extends Arrival {
  client: QueueClient
  begin: Begin
}

/** Work of one kind, which shares the time with the others. */
class Share {
  /** Null: refusals, of what has waited too long already. */
  readonly kind: TurnKind | null
  /** Each connection waits in one place at a time: their number bounds the queues. */
  readonly queue = new FairQueue<Turn>(unbounded)
  /** Time that it had, in milliseconds; while it has nothing to do, it is counted as having had as much as the others. */
  spentMs = 0

  constructor(kind: TurnKind | null) {
    this.kind = kind
  }
}

/**
 * Begins the work that clients ask for, a slice of it in each turn of the event loop: between two slices connections are
 * accepted, sockets read and timers run, so that nothing waits unseen in the kernel. What has come and not begun waits
 * here. Streams, requests and refusals share the time evenly (start-time fair queueing, Goyal, Vin and Cheng, 1996), and
 * within each, clients take turns. Under overload what has waited too long is told to come back.
 */
export class Turns {
  readonly #parts: TurnsParts
  readonly #byKind: Record<TurnKind, Share>
  readonly #refusals = new Share(null)
  readonly #shares: Share[]
  /** What the share that had least has had when it was last chosen. */
  #spentMs = 0
  #isDue = false

  constructor(parts: Partial<TurnsParts> = {}) {
    this.#parts = {
      clock: eventLoop,
      lineOf: () => anyClient,
      answerLate: () => null,
      metrics: { refused: () => {} },
      options: defaultTurnsOptions,
      ...parts,
    }
    this.#byKind = { streams: new Share('streams'), requests: new Share('requests') }
    this.#shares = [this.#byKind.streams, this.#byKind.requests, this.#refusals]
  }

  /** Calls `begin` when it is the client's turn; never at once. */
  take(kind: TurnKind, client: QueueClient, begin: Begin): void {
    const to = this.#byKind[kind]
    this.#add(to, { client, begin, ...arrivalIn(to.queue, client, this.#parts.clock.elapsed()) })
    if (this.#isDue) return
    this.#isDue = true
    this.#parts.clock.after(0, () => this.#beginSlice())
  }

  lineOf(socket: Socket): QueueClient {
    return this.#parts.lineOf(socket)
  }

  answerLate(bytes: Buffer): LateAnswer | null {
    return this.#parts.answerLate(bytes)
  }

  #add(to: Share, turn: Turn): void {
    if (to.queue.size === 0) to.spentMs = Math.max(to.spentMs, this.#spentMs)
    to.queue.add(turn, turn.client)
  }

  #beginSlice(): void {
    const now = this.#parts.clock.elapsed()
    this.#serve(now, now + this.#parts.options.sliceMs)
  }

  #serve(now: number, until: number): void {
    const next = this.#next(now)
    if (!next) {
      this.#isDue = false
      return
    }
    next.turn.begin(next.from === this.#refusals)
    // After what it has left to promises, which is its own time too.
    queueMicrotask(() => {
      const after = this.#parts.clock.elapsed()
      next.from.spentMs += after - now
      if (after < until) this.#serve(after, until)
      else this.#parts.clock.after(0, () => this.#beginSlice())
    })
  }

  #next(now: number): { from: Share; turn: Turn } | null {
    const { patience } = this.#parts.options
    for (;;) {
      const from = this.#leastSpent()
      const turn = from?.queue.next()
      if (!from || !turn) return null
      this.#spentMs = from.spentMs
      if (!from.kind || !isTooLate(patience[from.kind], turn, now)) return { from, turn }
      this.#add(this.#refusals, turn)
      this.#parts.metrics.refused(from.kind)
    }
  }

  #leastSpent(): Share | undefined {
    let least: Share | undefined
    for (const each of this.#shares)
      if (each.queue.size > 0 && (!least || each.spentMs < least.spentMs)) least = each
    return least
  }
}
