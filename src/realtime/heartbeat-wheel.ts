/**
 * Visits every member once per round, an equal share of them at each tick: one timer for all, and no moment at which
 * all of them are written to.
 */
export class HeartbeatWheel<Member> {
  readonly #spokes: Set<Member>[]
  #next = 0
  #joining = 0

  /** @param ticksPerRound how many ticks a round takes */
  constructor(ticksPerRound: number) {
    this.#spokes = Array.from({ length: ticksPerRound }, () => new Set<Member>())
  }

  /** Returns the spoke that it was put on, which it is removed from again by that number. */
  add(member: Member): number {
    const spoke = this.#joining++ % this.#spokes.length
    this.#spokes[spoke]?.add(member)
    return spoke
  }

  remove(member: Member, spoke: number): void {
    this.#spokes[spoke]?.delete(member)
  }

  /** The members whose turn it is. */
  tick(): ReadonlySet<Member> {
    const due = this.#spokes[this.#next % this.#spokes.length] ?? new Set<Member>()
    this.#next++
    return due
  }
}
