import { type Cancel, type Clock, every, jittered, type Random } from '../domain/time.ts'
import type { NodeEntry, NodeRegistry } from '../registry/registry.ts'

/** However many ask, the registry is read once in so long. */
const freshMs = 500
/** It is read now and then without being asked, so that something is known when the registry goes away. */
const readMs = 5_000

/** The nodes and their loads for whoever looks on; with the registry away, as they were known last. */
export class Directory {
  readonly #registry: Pick<NodeRegistry, 'nodes'>
  readonly #clock: Clock
  #known: NodeEntry[] = []
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<NodeEntry[]> | null = null
  /** Ends the reading. */
  readonly stop: Cancel

  constructor(registry: Pick<NodeRegistry, 'nodes'>, clock: Clock, random: Random) {
    this.#registry = registry
    this.#clock = clock
    void this.nodes()
    this.stop = every(
      clock,
      () => jittered(readMs, random),
      () => void this.nodes(),
    )
  }

  nodes(): Promise<NodeEntry[]> {
    if (this.#clock.elapsed() - this.#readAt < freshMs) return Promise.resolve(this.#known)
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #read(): Promise<NodeEntry[]> {
    this.#known = await this.#registry.nodes().catch(() => this.#known)
    this.#readAt = this.#clock.elapsed()
    return this.#known
  }
}
