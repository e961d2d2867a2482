import { type Cancel, every, jittered } from '../../domain/time.ts'
import { Link, type LinkParts } from './link.ts'
import type { Parcel } from './parcel.ts'

/** What a node failed to take, and its URL: returns what that node is still to have. */
export type Readdress = (parcels: Parcel[], url: string) => Parcel[]

/** The links that are in use, one to a node. */
export class Links {
  readonly #parts: LinkParts
  readonly #readdress: Readdress
  readonly #links = new Map<string, Link>()
  readonly #stopSweeps: Cancel
  #closed = false

  constructor(parts: LinkParts, readdress: Readdress) {
    this.#parts = parts
    this.#readdress = readdress
    const { clock, random, options } = parts
    this.#stopSweeps = every(
      clock,
      () => jittered(options.idleMs, random),
      () => this.#sweep(),
    )
  }

  send(url: string, parcels: Parcel[]): void {
    if (this.#closed) return
    const link = this.#links.get(url) ?? this.#open(url)
    link.send(parcels)
  }

  /** Ends them all, once what waits is sent or `closeMsMax` has passed. */
  async close(): Promise<void> {
    const { clock, options } = this.#parts
    this.#stopSweeps()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(options.closeMsMax, resolve)
    await Promise.race([Promise.all([...this.#links.values()].map((link) => link.finish())), late])
    cancel()
    this.#closed = true
    for (const link of this.#links.values()) link.close()
    this.#links.clear()
  }

  #open(url: string): Link {
    const link = new Link(url, this.#parts, (parcels) => this.#readdress(parcels, url))
    this.#links.set(url, link)
    return link
  }

  /** Closes those to nodes that no live video needs any more. */
  #sweep(): void {
    const since = this.#parts.clock.elapsed() - this.#parts.options.idleMs
    for (const [url, link] of this.#links) {
      if (!link.idleSince(since)) continue
      link.close()
      this.#links.delete(url)
    }
  }
}
