import { expect } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import { PostTimes } from '../../tools/loadgen/posting/post-times.ts'
import { Crowd } from '../../tools/loadgen/viewers/crowd.ts'
import { parseTarget } from '../../tools/loadgen/wire/target.ts'
import { type Author, authorOf, readAll } from './author.ts'
import type { Addressed } from './chorus-server.ts'

export interface AudienceOptions {
  /** Viewers of each live video. */
  viewers: number
  liveVideoIds: string[]
  /** Authors who comment one after the other, each on all live videos in turn. */
  authors: number
  /** Between an answer and the next comment of the same author. */
  pauseMs: number
}

const usual: AudienceOptions = { viewers: 20, liveVideoIds: ['a', 'b', 'c'], authors: 3, pauseMs: 20 }
const againMs = 50

/**
 * Viewers who come back as a browser does, and authors who repeat a comment with its key until it is accepted, through
 * whatever happens to the servers meanwhile. In the end everything must have come to everyone once, in order.
 */
export class Audience implements Disposable {
  /** What was answered with 201 or 200. */
  readonly accepted: Comment[] = []
  /** Answers other than those, by status; 0: none came. */
  readonly refused = new Map<number, number>()
  readonly #server: Addressed
  readonly #options: AudienceOptions
  readonly #crowds: Map<string, Crowd>
  readonly #over = new AbortController()
  #commenting: Promise<unknown> = Promise.resolve()

  constructor(server: Addressed, options: Partial<AudienceOptions> = {}) {
    this.#server = server
    this.#options = { ...usual, ...options }
    const target = parseTarget(server.url)
    this.#crowds = new Map(
      this.#options.liveVideoIds.map((id) => [id, new Crowd(target, id, new PostTimes(id))]),
    )
  }

  /** Resolves when all viewers are live and the first comments have reached them. */
  async start(): Promise<void> {
    const { viewers, authors } = this.#options
    const { signal } = this.#over
    await Promise.all([...this.#crowds.values()].map((crowd) => crowd.open(viewers, 1_000, signal)))
    const numbers = Array.from({ length: authors }, (_, index) => index)
    this.#commenting = Promise.all(numbers.map((number) => this.#comment(number)))
    await this.goesOn()
  }

  /** Resolves when `comments` more have been accepted and everyone has everything up to now. */
  async goesOn(comments = 20): Promise<void> {
    const enough = this.accepted.length + comments
    await expect.poll(() => this.accepted.length, { interval: 10 }).toBeGreaterThanOrEqual(enough)
    await this.#everyoneHasAll()
  }

  /** Viewers who have a stream at the moment. */
  get live(): number {
    return [...this.#crowds.values()].reduce((sum, crowd) => sum + crowd.count('live'), 0)
  }

  get reconnects(): number {
    return [...this.#crowds.values()].reduce((sum, { tally }) => sum + tally.reconnects, 0)
  }

  /** Stops commenting, and looks whether anybody lacks anything. */
  async expectWhole(): Promise<void> {
    this.#over.abort()
    await this.#commenting
    await this.#everyoneHasAll()
    for (const [liveVideoId, crowd] of this.#crowds) {
      const stored = await readAll(this.#server, liveVideoId)
      const told = this.accepted.filter((comment) => comment.liveVideoId === liveVideoId)
      expect([crowd.tally.failures, crowd.tally.gaps]).toEqual([new Map(), 0])
      expect(stored.map(({ id }) => id).sort()).toEqual(told.map(({ id }) => id).sort())
      expect(crowd.judge(stored.at(-1)?.seq ?? 0)).toMatchObject({
        lost: 0,
        repeated: 0,
        outOfOrder: 0,
        resets: 0,
      })
    }
  }

  [Symbol.dispose](): void {
    this.#over.abort()
    for (const crowd of this.#crowds.values()) crowd.close()
  }

  async #everyoneHasAll(): Promise<void> {
    for (const [liveVideoId, crowd] of this.#crowds) {
      const told = this.accepted.filter((comment) => comment.liveVideoId === liveVideoId)
      const last = Math.max(0, ...told.map(({ seq }) => seq))
      await expect.poll(() => crowd.judge(last).lost, { timeout: 50_000 }).toBe(0)
    }
  }

  async #comment(number: number): Promise<void> {
    const author = authorOf(this.#server, { sub: `author-${number}` })
    const { liveVideoIds, pauseMs } = this.#options
    for (let count = 0; !this.#over.signal.aborted; count++) {
      const liveVideoId = liveVideoIds[count % liveVideoIds.length] ?? ''
      this.accepted.push(await this.#postUntilAccepted(author, liveVideoId, `${number}-${count}`))
      await sleep(pauseMs)
    }
  }

  async #postUntilAccepted(author: Author, liveVideoId: string, key: string): Promise<Comment> {
    for (;;) {
      const reply = await author.post(liveVideoId, `comment ${key}`, { key }).catch(() => null)
      if (reply?.status === 201 || reply?.status === 200) return reply.json<Comment>()
      const status = reply?.status ?? 0
      this.refused.set(status, (this.refused.get(status) ?? 0) + 1)
      await sleep(againMs)
    }
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
