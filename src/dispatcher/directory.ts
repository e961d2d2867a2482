import { type Cancel, type Clock, every, jittered, type Random } from '../domain/time.ts'
import { type Member, type NodeEntry, type NodeRegistry, noLoad } from '../registry/registry.ts'

/** However many ask, the registry is read once in so long. */
const freshMs = 500
/** It is read now and then without being asked, so that loads are known when the registry goes away. */
const readMs = 5_000

/** The nodes and their loads for whoever looks on; with the registry away, as they were known last. */
export class Directory {
  readonly #registry: Pick<NodeRegistry, 'nodes' | 'watchMembers'>
  readonly #clock: Clock
  readonly #cancels: Cancel[]
  #known: NodeEntry[] = []
  /** As the registry told last; null before it did. */
  #members: Member[] | null = null
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<NodeEntry[]> | null = null

  constructor(registry: Pick<NodeRegistry, 'nodes' | 'watchMembers'>, clock: Clock, random: Random) {
    this.#registry = registry
    this.#clock = clock
    this.#cancels = [
      registry.watchMembers((members) => {
        this.#members = members
      }),
      every(
        clock,
        () => jittered(readMs, random),
        () => void this.nodes(),
      ),
    ]
    void this.nodes()
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel()
  }

  nodes(): Promise<NodeEntry[]> {
    if (this.#clock.elapsed() - this.#readAt < freshMs) return Promise.resolve(this.#known)
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #read(): Promise<NodeEntry[]> {
    this.#known = await this.#registry.nodes().catch(() => this.#remembered())
    this.#readAt = this.#clock.elapsed()
    return this.#known
  }

  /** The members that were told of last, with the load of each as far as it was read. */
  #remembered(): NodeEntry[] {
    if (!this.#members) return this.#known
    const loads = new Map(this.#known.map(({ url, load }) => [url, load]))
    return this.#members.map((member) => ({ ...member, load: loads.get(member.url) ?? noLoad }))
  }
}
