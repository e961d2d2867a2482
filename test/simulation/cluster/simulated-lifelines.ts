import type { Lifelines } from '../../../src/dispatcher/lifelines.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

const noticeMsMax = 20

/** How a leader sees that a process is gone: only where it had reached it before, and still would. */
export class SimulatedLifelines implements Pick<Lifelines, 'follow' | 'isDead' | 'isReached'> {
  readonly #cluster: Cluster
  readonly #from: ClusterNode
  readonly #onDeath: () => void
  #followed: ReadonlySet<string> = new Set()
  readonly #reached = new Set<string>()

  constructor(cluster: Cluster, from: ClusterNode, onDeath: () => void) {
    this.#cluster = cluster
    this.#from = from
    this.#onDeath = onDeath
  }

  follow(urls: readonly string[]): void {
    this.#followed = new Set(urls)
    for (const url of this.#reached) if (!this.#followed.has(url)) this.#reached.delete(url)
    for (const url of urls) this.#reach(url)
  }

  isReached(url: string): boolean {
    return this.#reached.has(url)
  }

  isDead(url: string): boolean {
    return this.#reached.has(url) && this.#cluster.at(url) === null && !this.#cluster.isolated.has(this.#from)
  }

  #reach(url: string): void {
    const node = this.#cluster.at(url)
    if (!node || this.#reached.has(url) || !this.#cluster.reach(this.#from, node)) return
    this.#reached.add(url)
    node.process.onEnd(() => {
      // Who is cut off dies unseen.
      if (!this.#cluster.reach(this.#from, node)) this.#reached.delete(url)
      this.#from.process.network.after(noticeMsMax, () => {
        if (this.#followed.has(url) && this.isDead(url)) this.#onDeath()
      })
    })
  }
}
