import { pace, until } from '../../../tools/loadgen/pace.ts'
import { NoReplyError } from '../../../tools/loadgen/posting/post-connection.ts'
import type { PostTimes } from '../../../tools/loadgen/posting/post-times.ts'
import { Poster } from '../../../tools/loadgen/posting/poster.ts'
import { countUp } from '../../../tools/loadgen/viewers/tally.ts'
import { parseTarget } from '../../../tools/loadgen/wire/target.ts'
import type { Feed } from './feed.ts'

const filler = 'what a goal, did anyone see where the ball went after that? '
const textBytes = 120
const replyMsMax = 15_000
const connectionsMax = 64

export interface AuthorsParts {
  /** Of the comments nodes, which take turns. */
  urls: string[]
  token: string
  /** Tells this run's comments from any others. */
  run: string
  times: PostTimes
}

/** Whoever comments. */
export class Authors {
  readonly #parts: AuthorsParts
  readonly #posters: Poster[]
  /** What was not accepted, by the status or by what happened to the connection. */
  readonly refused = new Map<string, number>()
  #posted = 0
  #accepted = 0
  #inFlight = 0

  constructor(parts: AuthorsParts) {
    this.#parts = parts
    const options = { connectionsMax, timeoutMs: replyMsMax }
    this.#posters = parts.urls.map((url) => new Poster(parseTarget(url), options))
  }

  get accepted(): number {
    return this.#accepted
  }

  /** Viewers comment on what they watch, at a pace; resolves when all are answered. */
  talk(feed: Feed, count: number, perSecond: number, signal: AbortSignal): Promise<void> {
    return this.#paced(count, perSecond, signal, async () => {
      const viewer = feed.anyone()
      if (!viewer) return
      viewer.commenting()
      await this.#comment(feed, viewer.liveVideoId)
      viewer.answered()
    })
  }

  /** The same on any live video, whether somebody watches or not. */
  talkAnywhere(feed: Feed, count: number, perSecond: number, signal: AbortSignal): Promise<void> {
    return this.#paced(count, perSecond, signal, () => this.#comment(feed, feed.drawLiveVideo()))
  }

  close(): void {
    for (const poster of this.#posters) poster.close()
  }

  async #paced(
    count: number,
    perSecond: number,
    signal: AbortSignal,
    run: () => Promise<void>,
  ): Promise<void> {
    await pace(count, perSecond, () => void run(), signal)
    await until(() => this.#inFlight === 0, replyMsMax)
  }

  async #comment(feed: Feed, liveVideoId: string): Promise<void> {
    this.#inFlight++
    try {
      const { status, body } = await this.#post(liveVideoId)
      if (status !== 201) return countUp(this.refused, `status ${status}`)
      this.#accepted++
      feed.accept(liveVideoId, (JSON.parse(body) as { seq: number }).seq)
    } catch (error) {
      countUp(this.refused, error instanceof NoReplyError ? `no reply: ${error.message}` : String(error))
    } finally {
      this.#inFlight--
    }
  }

  #post(liveVideoId: string) {
    const { token, run, times } = this.#parts
    const number = this.#posted++
    const poster = this.#posters[number % this.#posters.length] as Poster
    const text = `${times.begin(number, performance.now()).padEnd(textBytes - 1, filler)}.`
    const headers = `Authorization: Bearer ${token}\r\nIdempotency-Key: ${run}-${number}\r\n`
    return poster.post(`/v1/live-videos/${liveVideoId}/comments`, headers, `{"text":"${text}"}`)
  }
}
