/** One exchange with the server; what it asks for is under way until it is finished. */
export interface Round {
  subscribe: string[]
  unsubscribe: string[]
}

/**
 * What one connection is to be subscribed to, and what its server has confirmed. Rounds bring the second to the first,
 * one at a time, each with all that has changed since the last one began: so asking and letting go may overtake each
 * other, and the last word counts.
 */
export class Subscriptions {
  readonly #wanted = new Set<string>()
  readonly #confirmed = new Set<string>()
  /** Where the two may differ; for the next round. */
  readonly #changed = new Set<string>()
  readonly #underWay = new Set<string>()
  /** Ended by the server since the round began. */
  readonly #ended = new Set<string>()
  /** Subscribed to and ended in one round: which came first is not known, so either is to be confirmed. */
  readonly #doubtful = new Set<string>()

  /** Channels to be subscribed to. */
  get size(): number {
    return this.#wanted.size
  }

  wants(channel: string): boolean {
    return this.#wanted.has(channel)
  }

  want(channel: string): void {
    this.#wanted.add(channel)
    this.#changed.add(channel)
  }

  letGo(channel: string): void {
    this.#wanted.delete(channel)
    this.#changed.add(channel)
  }

  /** The server has ended a subscription by itself. It is asked for again after `retry`. */
  ended(channel: string): void {
    this.#confirmed.delete(channel)
    this.#ended.add(channel)
  }

  /** To be compared again: something went wrong with these. */
  retry(channels: Iterable<string>): void {
    for (const channel of channels) this.#changed.add(channel)
  }

  /** The connection is another one: nothing is confirmed, nothing under way. */
  reset(): void {
    for (const known of [this.#confirmed, this.#underWay, this.#ended, this.#doubtful]) known.clear()
    this.retry(this.#wanted)
  }

  /** Begins a round; null: there is nothing to ask. Never called while one is under way. */
  begin(): Round | null {
    const round: Round = { subscribe: [], unsubscribe: [] }
    this.#ended.clear()
    for (const channel of this.#changed) {
      if (this.#isAsWanted(channel)) continue
      round[this.#wanted.has(channel) ? 'subscribe' : 'unsubscribe'].push(channel)
      this.#underWay.add(channel)
    }
    this.#changed.clear()
    return this.#underWay.size > 0 ? round : null
  }

  /** @param failed those that the server refused: as they were, until `retry` */
  finish({ subscribe, unsubscribe }: Round, failed: ReadonlySet<string> = new Set()): void {
    this.#underWay.clear()
    for (const channel of subscribe) if (!failed.has(channel)) this.#subscribed(channel)
    for (const channel of unsubscribe) if (!failed.has(channel)) this.#unsubscribed(channel)
  }

  /** Whether the server has confirmed the last word about it. */
  isSettled(channel: string): boolean {
    return this.#isAsWanted(channel) && !this.#underWay.has(channel)
  }

  #isAsWanted(channel: string): boolean {
    return this.#wanted.has(channel) === this.#confirmed.has(channel) && !this.#doubtful.has(channel)
  }

  #subscribed(channel: string): void {
    if (this.#ended.has(channel)) {
      this.#doubtful.add(channel)
      return
    }
    this.#doubtful.delete(channel)
    this.#confirmed.add(channel)
  }

  #unsubscribed(channel: string): void {
    this.#doubtful.delete(channel)
    this.#confirmed.delete(channel)
  }
}
