import { type Cancel, type Clock, every } from '../domain/time.ts'

/** How often the wheel turns on by one spoke, and how long a whole round takes. */
export interface WheelPace {
  tickMs: number
  roundMs: number
}

/**
 * Visits every member once per round, an equal share of them at each tick: one timer for all, none without members, and no
 * moment at which all of them are written to.
 */
export class HeartbeatWheel<Member> {
  readonly #clock: Clock
  readonly #tickMs: number
  readonly #visit: (members: ReadonlySet<Member>) => void
  readonly #spokes: Set<Member>[]
  #members = 0
  #joining = 0
  #next = 0
  /** When the next spoke has its turn, in `Clock.elapsed` time. */
  #dueAt = 0
  #stopTicks: Cancel | null = null

  /** @param visit gets those whose turn it is */
  constructor(clock: Clock, { tickMs, roundMs }: WheelPace, visit: (members: ReadonlySet<Member>) => void) {
    this.#clock = clock
    this.#tickMs = tickMs
    this.#visit = visit
    const spokes = Math.max(1, Math.round(roundMs / tickMs))
    this.#spokes = Array.from({ length: spokes }, () => new Set<Member>())
  }

  /** Returns the spoke that it was put on, which it is removed from again by that number. */
  add(member: Member): number {
    const spoke = this.#joining++ % this.#spokes.length
    this.#spokes[spoke]?.add(member)
    if (this.#members++ === 0) this.#start()
    return spoke
  }

  remove(member: Member, spoke: number): void {
    if (this.#spokes[spoke]?.delete(member) && --this.#members === 0) this.stop()
  }

  /** Nothing is visited any more until a member joins an empty wheel. */
  stop(): void {
    this.#stopTicks?.()
    this.#stopTicks = null
  }

  #start(): void {
    this.#dueAt = this.#clock.elapsed() + this.#tickMs
    this.#stopTicks = every(
      this.#clock,
      () => this.#tickMs,
      () => this.#tick(),
    )
  }

  /** On a busy node ticks come late: a round takes its time all the same, since each tick takes all spokes that are due. */
  #tick(): void {
    const now = this.#clock.elapsed()
    for (let turn = 0; turn < this.#spokes.length && this.#dueAt <= now; turn++) {
      this.#visit(this.#spokes[this.#next] as Set<Member>)
      this.#next = (this.#next + 1) % this.#spokes.length
      this.#dueAt += this.#tickMs
    }
    // After a standstill longer than a round everyone has had one visit, and none is owed another.
    if (this.#dueAt <= now) this.#dueAt = now + this.#tickMs
  }
}
