import type { Clock } from '../domain/time.ts'
import type { DispatcherNews } from './news.ts'

/** A node that has just joined is reached within moments. */
const patienceMs = 5_000

/** The nodes that the leader has never reached at their URL: they get no slots, since no gateway would reach them either. */
export class Unreached {
  readonly #clock: Clock
  readonly #news: DispatcherNews
  /** Since when, and whether it was told; by URL. */
  readonly #nodes = new Map<string, { since: number; isTold: boolean }>()

  constructor(clock: Clock, news: DispatcherNews) {
    this.#clock = clock
    this.#news = news
  }

  /** Those that stayed so for some seconds. */
  get urls(): string[] {
    return [...this.#nodes].flatMap(([url, { isTold }]) => (isTold ? [url] : []))
  }

  /** Takes the nodes that are not reached now; tells of one that stays so for some seconds. */
  look(urls: readonly string[]): void {
    for (const url of this.#nodes.keys()) if (!urls.includes(url)) this.#nodes.delete(url)
    const now = this.#clock.elapsed()
    for (const url of urls) {
      const node = this.#nodes.get(url) ?? { since: now, isTold: false }
      this.#nodes.set(url, node)
      if (node.isTold || now - node.since < patienceMs) continue
      node.isTold = true
      this.#news.unreached(url)
    }
  }
}
