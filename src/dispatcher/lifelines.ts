import { connect, type Socket } from 'node:net'
import { Backoff, type BackoffOptions } from '../domain/backoff.ts'
import type { Cancel, Clock, Random } from '../domain/time.ts'

export interface LifelinesParts {
  clock: Clock
  random: Random
  /** Called when a node is found dead that was alive, or is reached for the first time. */
  onChange: () => void
  /** Replaced in tests. */
  connect?: typeof connect
}

const connectMsMax = 2_000
const backoff: BackoffOptions = { firstMs: 500, maxMs: 5_000, settledMs: 1_000, atOnce: true }

/**
 * A connection to each realtime node, over which nothing is said. When a process dies, its kernel closes it at once, and
 * nothing listens there any more: so a node that was killed is known long before its lease ends. A machine that is gone,
 * cut off or frozen closes nothing; that is what leases are for.
 */
export class Lifelines {
  readonly #parts: LifelinesParts
  readonly #lines = new Map<string, Lifeline>()

  constructor(parts: LifelinesParts) {
    this.#parts = parts
  }

  /** The nodes to be watched from now on, by URL. */
  follow(urls: readonly string[]): void {
    for (const [url, line] of this.#lines)
      if (!urls.includes(url)) {
        line.end()
        this.#lines.delete(url)
      }
    for (const url of urls) if (!this.#lines.has(url)) this.#lines.set(url, new Lifeline(url, this.#parts))
  }

  /** Whether the node was reached at its URL, at some time since it is watched. */
  isReached(url: string): boolean {
    return this.#lines.get(url)?.reached ?? false
  }

  /** Whether the node's process is gone for certain: it was reached before, and now nothing listens there. */
  isDead(url: string): boolean {
    return this.#lines.get(url)?.dead ?? false
  }
}

class Lifeline {
  dead = false
  /** Where it was never reached, a refusal says something about the network or the address. */
  reached = false
  readonly #url: URL
  readonly #parts: LifelinesParts
  readonly #backoff: Backoff
  #socket: Socket | null = null
  #cancel: Cancel = () => {}
  #ended = false

  constructor(url: string, parts: LifelinesParts) {
    this.#url = new URL(url)
    this.#parts = parts
    this.#backoff = new Backoff(parts.clock, parts.random, backoff)
    this.#connect()
  }

  end(): void {
    this.#ended = true
    this.#cancel()
    this.#socket?.destroy()
  }

  #connect(): void {
    const { hostname, port, protocol } = this.#url
    const host = hostname.replace(/^\[|\]$/g, '')
    const open = this.#parts.connect ?? connect
    this.#socket = open({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) })
      .setTimeout(connectMsMax, () => this.#socket?.destroy())
      .on('connect', () => this.#opened())
      .on('error', (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED' && this.#refused())
      .on('close', () => this.#again())
      // What it says before it closes is not for us.
      .resume()
      .unref()
  }

  #opened(): void {
    this.#socket?.setTimeout(0)
    this.#backoff.succeeded()
    this.dead = false
    if (this.reached) return
    this.reached = true
    this.#parts.onChange()
  }

  #refused(): void {
    if (!this.reached || this.dead || this.#ended) return
    this.dead = true
    this.#parts.onChange()
  }

  /**
   * At once where it was open for a while: whether the process is gone, the next connection tells. (A server, too, closes
   * a connection that says nothing for some seconds.)
   */
  #again(): void {
    if (this.#ended) return
    this.#cancel = this.#parts.clock.after(this.#backoff.failed(), () => this.#connect())
  }
}
