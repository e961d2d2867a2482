import { Backoff, type BackoffRange, backoffMs } from '../domain/backoff.ts'
import type { ProblemCode } from '../domain/errors.ts'
import type { StreamEventName } from '../protocol/stream-events.ts'
import type { Api } from './api.ts'
import type { EndReason } from './connection.ts'
import type { Directions } from './directions.ts'
import type { Environment, EventSourceLike } from './environment.ts'
import type { Failure } from './failure.ts'
import { Pause } from './pause.ts'
import { type LiveEvent, readEvent, streamEventNames } from './stream-event.ts'
import type { TokenSource } from './token.ts'

export interface StreamHandlers {
  /** The stream is there, before its first event. `reset`: forget what is shown, it begins anew. */
  onOpened(reset: boolean): void
  /** `cursor`: the event's id, empty when it has none. */
  onEvent(event: LiveEvent, cursor: string): void
  onLost(): void
  onEnded(reason: EndReason): void
}

export interface StreamOptions {
  /** How many comments of the past a fresh stream begins with. */
  history: number
  /** Comments per second to be shown, a fair sample where there are more; null: the server chooses. */
  rate: number | 'all' | null
  backoff: BackoffRange
  /** An answer that ends within this only said "come back later": it is not shown as a connection. */
  settleMs: number
  /** The stream is opened in the name of the token, by a ticket, and ends with it; otherwise as anybody. */
  ticketed: boolean
}

export const defaultStream: StreamOptions = Object.freeze({
  history: 50,
  rate: null,
  backoff: { firstMs: 1_000, maxMs: 30_000 },
  settleMs: 400,
  ticketed: false,
})

interface StreamNeeds {
  api: Pick<Api, 'streamUrl' | 'video' | 'ticket'>
  directions: Directions
  tokens: Pick<TokenSource, 'renew'>
  environment: Pick<Environment, 'openEventSource' | 'clock' | 'random'>
  options: StreamOptions
}

const closedForGood = 2
/** A stream that ends sooner is taken for one that was refused. */
const settledMs = 5_000
const resetSpreadMs = 1_000
// After so many refusals of a stream whose live video answers well, the position itself must be what is refused.
const refusalsMax = 3

/**
 * Keeps one live video's stream open. The browser's EventSource comes back by itself after most troubles; where it
 * gives up, this asks why, and opens another one from the last position. It also does where the server sends clients to
 * the nodes themselves: an EventSource only ever comes back to where it was.
 */
export class LiveStream {
  readonly #needs: StreamNeeds
  readonly #handlers: StreamHandlers
  readonly #pause: Pause
  /** Of streams that were lost or refused. */
  readonly #backoff: Backoff
  /** Of streams that the server had begin anew, or ended with the token. */
  readonly #anew: Backoff
  #source: EventSourceLike | null = null
  /** The source is open at a node, not at the server. */
  #directed = false
  #lastEventId = ''
  #settled = false
  #fresh = false
  #refusals = 0
  #attempt = 0
  #ended = false

  constructor(needs: StreamNeeds, handlers: StreamHandlers) {
    this.#needs = needs
    this.#handlers = handlers
    const { environment, options } = needs
    const { clock, random } = environment
    this.#pause = new Pause(clock)
    this.#backoff = new Backoff(clock, random, { ...options.backoff, settledMs })
    this.#anew = new Backoff(clock, random, { ...options.backoff, settledMs, atOnce: true })
  }

  async open(): Promise<void> {
    const attempt = ++this.#attempt
    const { api, directions, environment, options } = this.#needs
    const [answer, at] = await Promise.all([options.ticketed ? api.ticket() : null, directions.ask()])
    if (this.#ended || attempt !== this.#attempt) return
    if (answer?.ok === false) {
      this.#onTicketFailure(answer.failure)
      return
    }
    const query = {
      history: String(options.history),
      ...(options.rate !== null && { rate: String(options.rate) }),
      ...(this.#lastEventId !== '' && { lastEventId: this.#lastEventId }),
      ...(answer !== null && { ticket: answer.value.ticket }),
    }
    this.#directed = at !== null
    this.#listen(environment.openEventSource(api.streamUrl(query, at)))
  }

  /** The network is back: don't wait any longer. */
  wake(): void {
    this.#pause.hurry()
  }

  close(): void {
    if (!this.#ended) this.#end('closed')
  }

  #listen(source: EventSourceLike): void {
    this.#source = source
    const ifCurrent = (run: (event: MessageEvent | Event) => void) => (event: MessageEvent | Event) => {
      if (this.#source === source) run(event)
    }
    source.addEventListener(
      'open',
      ifCurrent(() => this.#pause.wait(this.#needs.options.settleMs, false, () => this.#settle())),
    )
    source.addEventListener(
      'error',
      ifCurrent(() => this.#onError(source)),
    )
    for (const name of streamEventNames)
      source.addEventListener(
        name,
        ifCurrent((event) => this.#onMessage(name, event as MessageEvent<string>)),
      )
  }

  #onMessage(type: StreamEventName, { data, lastEventId }: MessageEvent<string>): void {
    const event = readEvent(type, data)
    if (!event) return
    if (event.type === 'auth.expired') this.#renewSoon()
    else if (event.type === 'reset') this.#startAnew(resetSpreadMs)
    else this.#pass(event, lastEventId)
  }

  #pass(event: LiveEvent, lastEventId: string): void {
    if (lastEventId !== '') this.#lastEventId = lastEventId
    this.#settle()
    this.#handlers.onEvent(event, lastEventId)
  }

  #settle(): void {
    if (this.#settled) return
    this.#pause.cancel()
    this.#settled = true
    this.#refusals = 0
    this.#backoff.succeeded()
    this.#anew.succeeded()
    if (this.#directed) this.#needs.directions.arrived()
    const reset = this.#fresh
    this.#fresh = false
    this.#handlers.onOpened(reset)
  }

  #onError(source: EventSourceLike): void {
    const { directions } = this.#needs
    const settled = this.#settled
    this.#lose()
    if (this.#directed && !settled) directions.misled()
    if (source.readyState === closedForGood) {
      this.#source = null
      this.#retryLater()
    } else if (this.#directed || (settled && directions.given)) this.#askAgain(settled)
  }

  /**
   * Soon: where the live video is served now is known to the server, or will be in a moment. A node that was never reached
   * is asked for a few times only (`Directions`).
   */
  #askAgain(settled: boolean): void {
    const { environment, options } = this.#needs
    this.#drop()
    const waitMs = settled ? this.#backoff.failed() : backoffMs(0, options.backoff, environment.random)
    this.#pause.wait(waitMs, true, () => void this.open())
  }

  #retryLater(): void {
    this.#refusals++
    this.#pause.wait(this.#backoff.failed(), true, () => void this.#reopen())
  }

  /** EventSource tells no status: the live video itself is asked whether coming back is of any use. */
  async #reopen(): Promise<void> {
    const attempt = ++this.#attempt
    const answer = await this.#needs.api.video()
    if (this.#ended || attempt !== this.#attempt) return
    const refusal = answer.ok ? null : finalCode(answer.failure)
    if (refusal) this.#end(refusal)
    else if (answer.ok && this.#refusals >= refusalsMax && this.#lastEventId !== '') this.#startAnew(0)
    else await this.open()
  }

  #onTicketFailure(failure: Failure): void {
    const refusal = finalCode(failure)
    if (refusal) this.#end(refusal)
    else this.#retryLater()
  }

  #startAnew(spreadMs: number): void {
    this.#lose()
    this.#drop()
    this.#lastEventId = ''
    this.#fresh = true
    const waitMs = this.#anew.failed() + spreadMs * this.#needs.environment.random()
    this.#pause.wait(waitMs, true, () => void this.open())
  }

  #renewSoon(): void {
    this.#lose()
    this.#drop()
    this.#pause.wait(this.#anew.failed(), true, () => void this.#renew())
  }

  async #renew(): Promise<void> {
    const attempt = ++this.#attempt
    const token = await this.#needs.tokens.renew()
    if (this.#ended || attempt !== this.#attempt) return
    if (token === null) this.#end('token_expired')
    else await this.open()
  }

  #lose(): void {
    this.#pause.cancel()
    this.#settled = false
    this.#handlers.onLost()
  }

  #drop(): void {
    this.#source?.close()
    this.#source = null
  }

  #end(reason: EndReason): void {
    this.#ended = true
    this.#pause.cancel()
    this.#drop()
    this.#handlers.onEnded(reason)
  }
}

/** Why the server will never give this stream; null: it may yet. */
const finalCode = ({ code, refused, retryable }: Failure): ProblemCode | null =>
  code !== 'network' && refused && !retryable ? code : null
