import { Histogram } from '../measure/histogram.ts'
import { countUp } from '../viewers/tally.ts'
import { NoReplyError, type Reply } from './post-connection.ts'
import type { PostTimes } from './post-times.ts'
import type { Poster } from './poster.ts'

const filler = 'what a goal, did anyone see where the ball went after that? '

export interface PostTally {
  posted: number
  accepted: number
  /** Not posted, though due, because too many were without a reply. */
  skipped: number
  /** By the code of the problem, or by what happened to the connection. */
  refused: Map<string, number>
  /** The highest sequence number that a reply named. */
  lastSeq: number
  /** From the start of a POST to its reply, accepted or not. */
  reply: Histogram
}

interface CommentingOptions {
  liveVideoId: string
  run: string
  tokens: string[]
  textBytes: number
  inFlightMax: number
}

/** Posts numbered comments in turn for several authors and keeps count of the replies. */
export class Commenting {
  readonly tally: PostTally = {
    posted: 0,
    accepted: 0,
    skipped: 0,
    refused: new Map(),
    lastSeq: 0,
    reply: new Histogram(),
  }
  readonly #poster: Poster
  readonly #times: PostTimes
  readonly #options: CommentingOptions
  #inFlight = 0

  constructor(poster: Poster, times: PostTimes, options: CommentingOptions) {
    this.#poster = poster
    this.#times = times
    this.#options = options
  }

  /** Posts whose reply has not come. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Posts the next comment; resolves, never rejects, when its reply was counted. */
  async postNext(): Promise<void> {
    const { tally } = this
    if (this.#inFlight >= this.#options.inFlightMax) {
      tally.skipped++
      return
    }
    const startedAt = performance.now()
    this.#inFlight++
    try {
      this.#count(await this.#post(tally.posted++, startedAt))
      tally.reply.record(performance.now() - startedAt)
    } catch (error) {
      countUp(tally.refused, error instanceof NoReplyError ? `no reply: ${error.message}` : String(error))
    } finally {
      this.#inFlight--
    }
  }

  #post(number: number, startedAt: number): Promise<Reply> {
    const { liveVideoId, tokens, run, textBytes } = this.#options
    const text = padded(this.#times.begin(number, startedAt), textBytes)
    const headers = `Authorization: Bearer ${tokens[number % tokens.length]}\r\nIdempotency-Key: ${run}-${number}\r\n`
    return this.#poster.post(`/v1/live-videos/${liveVideoId}/comments`, headers, `{"text":"${text}"}`)
  }

  #count({ status, body }: Reply): void {
    if (status !== 201 && status !== 200) return countUp(this.tally.refused, codeOf(status, body))
    this.tally.accepted++
    this.tally.lastSeq = Math.max(this.tally.lastSeq, (JSON.parse(body) as { seq: number }).seq)
  }
}

/** ASCII, without quotes or backslashes: it stands in JSON as it is. Never ends in a space, which would be trimmed. */
const padded = (marker: string, textBytes: number): string => `${marker.padEnd(textBytes - 1, filler)}.`

function codeOf(status: number, body: string): string {
  try {
    return (JSON.parse(body) as { code?: string }).code ?? `status ${status}`
  } catch {
    return `status ${status}`
  }
}
