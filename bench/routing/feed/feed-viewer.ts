import type { Socket } from 'node:net'
import { formatPosition } from '../../../src/domain/position.ts'
import { jittered } from '../../../src/domain/time.ts'
import type { Delivery } from '../../../tools/loadgen/viewers/delivery.ts'
import { Judge } from '../../../tools/loadgen/viewers/judge.ts'
import { countUp } from '../../../tools/loadgen/viewers/tally.ts'
import { type ConnectionHandlers, openConnection } from '../../../tools/loadgen/wire/connection.ts'
import {
  type ResponseHandlers,
  type ResponseHead,
  ResponseReader,
} from '../../../tools/loadgen/wire/http-response.ts'
import { BlockReader } from '../../../tools/loadgen/wire/sse-blocks.ts'
import { parseTarget } from '../../../tools/loadgen/wire/target.ts'
import { viewersAddress } from '../measure/addresses.ts'
import type { Audience } from './audience.ts'

const attemptsMax = 12
const openingMsMax = 15_000
/** How long one who wants to leave waits for what was accepted before. */
const lastEventsMsMax = 15_000

/** `opening`: until the first bytes that it can use; `waiting`: before the next attempt. */
type State = 'opening' | 'live' | 'waiting' | 'gone'

/**
 * One viewer who looks at one live video for a while. Whenever it connects it asks the route anew; when its stream ends it
 * comes back from its position, as an EventSource does. It leaves when everything has come that was accepted before it
 * wanted to, so that whatever is lost is noticed.
 */
export class FeedViewer implements ConnectionHandlers, ResponseHandlers {
  readonly liveVideoId: string
  readonly judge = new Judge()
  /** Where its stream is open; null while none is. */
  nodeUrl: string | null = null
  readonly #audience: Audience
  readonly #onJoined: () => void
  #state: State = 'opening'
  #socket: Socket | null = null
  #response = new ResponseReader(this)
  #blocks = new BlockReader()
  #retryMs = 1_000
  #timer: NodeJS.Timeout | undefined
  #attempts = 0
  #openedAt = 0
  /** When the response began: what was posted after that comes live. */
  #servedAt = Number.POSITIVE_INFINITY
  #reach: (seq: number) => void = () => {}
  /** Own comments that are not answered yet: nobody leaves in the middle of a sentence. */
  #unanswered = 0
  #leaving = false
  #dueSeq: number | null = null

  /** @param onJoined called when the first position has come, or when there will be none */
  constructor(audience: Audience, liveVideoId: string, onJoined: () => void = () => {}) {
    this.#audience = audience
    this.liveVideoId = liveVideoId
    this.#onJoined = onJoined
    this.#open()
  }

  get isLive(): boolean {
    return this.#state === 'live'
  }

  get isGone(): boolean {
    return this.#state === 'gone'
  }

  /** It has begun to post a comment; `answered` follows. */
  commenting(): void {
    this.#unanswered++
  }

  answered(): void {
    this.#unanswered--
    this.#leaveIfDone()
  }

  /** It wants to leave. */
  leave(): void {
    if (this.#leaving) return
    this.#leaving = true
    this.#leaveIfDone()
    if (!this.isGone) setTimeout(() => this.#depart(), lastEventsMsMax).unref()
  }

  onConnect(): void {
    const position = this.judge.position
    const resume = position ? `Last-Event-ID: ${formatPosition(position)}\r\n` : ''
    const { authority } = parseTarget(this.nodeUrl ?? '')
    this.#socket?.write(
      `GET /v1/live-videos/${this.liveVideoId}/stream?history=0 HTTP/1.1\r\nHost: ${authority}\r\n` +
        `Accept: text/event-stream\r\nCache-Control: no-cache\r\n${resume}\r\n`,
    )
  }

  onBytes(bytes: Buffer): void {
    this.#response.read(bytes)
  }

  onHead({ status }: ResponseHead): void {
    if (status !== 200) return this.#fail(`status ${status}`)
    this.#servedAt = performance.now()
    // Who resumes is told no position, and has nothing to wait for on a quiet live video.
    if (this.judge.position) this.#live()
  }

  onBody(bytes: Buffer): void {
    if (this.#state !== 'opening' && this.#state !== 'live') return
    const scan = (blocks: Buffer) => this.#audience.scan(this.liveVideoId, blocks)
    const now = performance.now()
    for (const delivery of this.#blocks.read(bytes, scan) ?? []) this.#take(delivery, now)
    this.#leaveIfDone()
  }

  onEnd(): void {
    this.#socket?.destroy()
  }

  onClose(error: Error | null): void {
    this.#response.close()
    if (this.#state === 'opening' || this.#state === 'live')
      this.#comeBack((error as NodeJS.ErrnoException | null)?.code ?? 'the stream ended')
  }

  #open(): void {
    this.#attempts++
    this.#openedAt = performance.now()
    this.#servedAt = Number.POSITIVE_INFINITY
    const url = this.#audience.route(this.liveVideoId)
    if (url === null) return this.#comeBack('no node is known')
    this.#state = 'opening'
    this.nodeUrl = url
    this.#reach = this.#audience.reached.at(url, this.liveVideoId)
    this.#response = new ResponseReader(this)
    this.#blocks = new BlockReader()
    this.#socket = openConnection(parseTarget(url), this, viewersAddress)
    this.#socket.setTimeout(openingMsMax, () => this.#socket?.destroy(new Error('no answer in time')))
  }

  #comeBack(reason: string): void {
    this.nodeUrl = null
    if (this.#attempts >= attemptsMax) return this.#fail(reason)
    this.#state = 'waiting'
    this.#timer = setTimeout(
      () => {
        this.#audience.tally.reconnects++
        this.#open()
      },
      jittered(this.#retryMs, Math.random),
    )
  }

  #take(delivery: Delivery, now: number): void {
    switch (delivery.kind) {
      case 'event':
        return this.#takeEvent(delivery.position.seq, delivery, now)
      case 'position':
        this.judge.moveTo(delivery.position)
        return this.#join(now)
      case 'retry':
        this.#retryMs = delivery.retryMs
        return
      case 'gap':
      case 'authExpired':
        return countUp(this.#audience.tally.failures, delivery.kind)
    }
  }

  #takeEvent(seq: number, { position, postedAt }: Delivery & { kind: 'event' }, now: number): void {
    this.#attempts = 0
    this.judge.take(position)
    if (Number.isNaN(postedAt)) return
    this.#audience.tally.delivery.record(now - postedAt)
    if (postedAt > this.#servedAt) this.#reach(seq)
  }

  #join(now: number): void {
    if (this.#state !== 'opening') return
    this.#attempts = 0
    this.#audience.tally.join.record(now - this.#openedAt)
    this.#live()
    this.#onJoined()
  }

  #live(): void {
    this.#state = 'live'
    this.#socket?.setTimeout(0)
  }

  #leaveIfDone(): void {
    if (!this.#leaving || this.#unanswered > 0 || this.isGone) return
    this.#dueSeq ??= this.#audience.acceptedSeq(this.liveVideoId)
    if (this.judge.hasAllThrough(this.#dueSeq)) this.#depart()
  }

  #fail(reason: string): void {
    countUp(this.#audience.tally.failures, reason)
    this.#depart()
  }

  #depart(): void {
    if (this.isGone) return
    this.#state = 'gone'
    this.nodeUrl = null
    clearTimeout(this.#timer)
    this.#socket?.destroy()
    this.#audience.left(this, this.#dueSeq ?? this.#audience.acceptedSeq(this.liveVideoId))
    this.#onJoined()
  }
}
