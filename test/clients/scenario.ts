import { expect, vi } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import type { Author } from '../support/author.ts'
import { open, urlOf } from '../support/compressed-readers.ts'
import type { ClientHost, Order, Seen } from './program.ts'
import type { WatchedProxy } from './watched-proxy.ts'

export interface Scenario {
  client: string
  gzip: boolean
  /** With a crowd, frames are compressed once for all; alone, they are stored blocks. */
  viewers: 'one' | 'many'
}

/** What the client did; the error, where it did not. */
export type Outcome = Record<'first' | 'last' | 'resume', unknown>

export interface ScenarioParts {
  server: { url: string }
  /** Where the client asks. */
  proxy: WatchedProxy
  proxyUrl: string
  host: ClientHost
  ann: Author
  liveVideoId: string
  stream: number
  /** All that the client has shown so far. */
  seen: readonly Seen[]
}

/** What splits lines in some languages, and takes several bytes. */
const hardText = 'one line:\u2028\u2029 of it\u200d, 한국어 👋'
const patient = { interval: 20, timeout: 30_000 }
const quietMs = 1_300

/** A client watches a live video: sees an event, another, is cut off, and comes back. */
export class ScenarioRun {
  readonly #scenario: Scenario
  readonly #parts: ScenarioParts

  constructor(scenario: Scenario, parts: ScenarioParts) {
    this.#scenario = scenario
    this.#parts = parts
  }

  async run(): Promise<Outcome> {
    const { server, liveVideoId } = this.#parts
    using crowd = new DisposableStack()
    if (this.#scenario.viewers === 'many') open(crowd, urlOf(server, liveVideoId))
    const first = await failureOf(() => this.#begin())
    const last = first ?? (await failureOf(() => this.#seeAlone(hardText)))
    const resume = last ?? (await failureOf(() => this.#resume()))
    return { first, last, resume }
  }

  async #begin(): Promise<void> {
    const { host, proxyUrl, stream, liveVideoId, proxy } = this.#parts
    const { client, gzip } = this.#scenario
    const url = `${urlOf({ url: proxyUrl }, liveVideoId)}&tag=${stream}`
    host.watch({ stream, client, gzip, url } satisfies Order)
    await this.#quiet()
    expect(/^content-encoding: gzip\r?$/m.test(proxy.headOf(stream)), 'what it was sent is gzip').toBe(gzip)
    await this.#seeAlone('the first')
  }

  /** Until it is told where it is and how many watch, and nothing follows for a while. */
  async #quiet(): Promise<void> {
    let before = -1
    const isQuiet = () => {
      const chunks = this.#parts.proxy.chunksOf(this.#parts.stream)
      const same = chunks === before && chunks >= 3
      before = chunks
      return same
    }
    await vi.waitUntil(isQuiet, { ...patient, interval: quietMs })
  }

  /**
   * The client shows an event while nothing was sent after it. Where something came between (a heartbeat, the number of
   * viewers), another event has to show it.
   */
  async #seeAlone(text: string): Promise<void> {
    const { proxy, stream, ann, liveVideoId } = this.#parts
    for (let tries = 0; tries < 3; tries++) {
      const chunks = proxy.chunksOf(stream)
      const { seq } = await ann.comment(liveVideoId, text)
      const sent = () => proxy.chunksOf(stream) - chunks
      await vi.waitUntil(() => this.#seqs.includes(seq) || sent() > 1, patient)
      if (this.#seqs.includes(seq) && sent() === 1) return this.#expectText(seq, text)
    }
    throw new Error('an event is shown with what comes after it')
  }

  #expectText(seq: number, text: string): void {
    expect(this.#comments.find((comment) => comment.seq === seq)?.text).toBe(text)
  }

  async #resume(): Promise<void> {
    const { proxy, stream, ann, liveVideoId } = this.#parts
    proxy.cut(stream)
    for (const text of ['missed', 'missed, too', hardText]) await ann.comment(liveVideoId, text)
    proxy.release(stream)
    const { seq } = await ann.comment(liveVideoId, 'after it')
    await vi.waitUntil(() => this.#seqs.includes(seq), patient)
    expect(this.#seqs).toEqual(Array.from({ length: seq }, (_, index) => index + 1))
  }

  get #comments(): Comment[] {
    return this.#parts.seen
      .filter(({ event }) => event === 'comment.created')
      .map(({ data }) => JSON.parse(data) as Comment)
  }

  get #seqs(): number[] {
    return this.#comments.map(({ seq }) => seq)
  }
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work()
    return null
  } catch (error) {
    return error
  }
}
