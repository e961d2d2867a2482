import type { Clock } from '../domain/time.ts'
import type { NodeEntry, NodeRegistry } from '../registry/registry.ts'

/** However many ask, the registry is read once in so long. */
const freshMs = 500

/** The nodes and their loads for whoever looks on; with the registry away, as they were known last. */
export class Directory {
  readonly #registry: Pick<NodeRegistry, 'nodes'>
  readonly #clock: Clock
  #known: NodeEntry[] = []
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<NodeEntry[]> | null = null

  constructor(registry: Pick<NodeRegistry, 'nodes'>, clock: Clock) {
    this.#registry = registry
    this.#clock = clock
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
