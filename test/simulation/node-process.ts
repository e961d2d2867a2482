import type { Cancel, Clock } from '../../src/domain/time.ts'

/** What ends together when a node crashes, and waits together while it is frozen: its timers, and what comes to it. */
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
  readonly #onTurn: (() => void)[] = []
  readonly #world: Clock
  #clockOffMs = 0
  /** What came while it was frozen; null: it is not. */
  #held: (() => void)[] | null = null

  constructor(name: string, world: Clock) {
    this.name = name
    this.#world = world
    const now = () => world.now() + this.#clockOffMs
    const elapsed = () => world.elapsed()
    this.network = { now, elapsed, after: (delayMs, run) => this.#await(delayMs, run) }
    this.clock = { now, elapsed, after: (delayMs, run) => this.#setTimer(delayMs, run) }
  }

  get frozen(): boolean {
    return this.#held !== null
  }

  /** As when somebody sets the clock of its machine. */
  setClock(byMs: number): void {
    this.#clockOffMs += byMs
  }

  /** Nothing happens in it any more, until it awakes: then everything that was due, in its order. */
  freeze(): void {
    this.#held ??= []
    this.#turn()
  }

  awake(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const run of held) this.#world.after(0, () => this.#enter(run))
    this.#turn()
  }

  /** Calls `run` when it freezes, awakes or ends: for those on whom it makes an impression. */
  onTurn(run: () => void): void {
    this.#onTurn.push(run)
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
    this.#turn()
  }

  #turn(): void {
    for (const run of this.#onTurn) run()
  }

  #await(delayMs: number, run: () => void): Cancel {
    let wanted = true
    const cancel = this.#world.after(delayMs, () => this.#enter(() => wanted && run()))
    return () => {
      wanted = false
      cancel()
    }
  }

  #enter(run: () => void): void {
    if (!this.alive) return
    if (this.#held) this.#held.push(run)
    else run()
  }

  #setTimer(delayMs: number, run: () => void): Cancel {
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
