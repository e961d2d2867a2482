import type { Socket } from 'node:net'
import { formatPosition } from '../../../src/domain/position.ts'
import { jittered } from '../../../src/domain/time.ts'
import { type ConnectionHandlers, openConnection } from '../wire/connection.ts'
import { GzipBody } from '../wire/gzip-body.ts'
import { type ResponseHandlers, type ResponseHead, ResponseReader } from '../wire/http-response.ts'
import { BlockReader } from '../wire/sse-blocks.ts'
import type { Target } from '../wire/target.ts'
import type { Delivery } from './delivery.ts'
import { Judge } from './judge.ts'
import { type CrowdTally, countUp } from './tally.ts'

/** Every delivery is counted: none may be left out of a sample. */
const query = 'history=0&rate=all'
const openingTimeoutMs = 15_000
const attemptsMax = 8
const retryDefaultMs = 1_000
const retryMinMs = 100
const retryMaxMs = 5_000

/** What the viewers of a crowd have in common. */
export interface CrowdContext {
  target: Target
  liveVideoId: string
  /** Whether the viewers accept gzip. */
  gzip: boolean
  inflate(blocks: Buffer): Buffer | null
  scan(blocks: Buffer): readonly Delivery[]
  tally: CrowdTally
}

/**
 * `opening`: until the stream names a position. `waiting`: before the next attempt.
 * `failed`: gave up. `closed`: we closed it.
 */
export type ViewerState = 'opening' | 'live' | 'waiting' | 'failed' | 'closed'

/**
 * One viewer, who behaves as an EventSource does: reads its stream, comes back from its last position when the
 * stream ends, and gives up on a status other than 200.
 */
export class Viewer implements ConnectionHandlers, ResponseHandlers {
  readonly judge = new Judge()
  readonly #crowd: CrowdContext
  readonly #localAddress: string | undefined
  #state: ViewerState = 'opening'
  #socket: Socket | null = null
  #response = new ResponseReader(this)
  /** Null: the body is plain. */
  #gzip: GzipBody | null = null
  #blocks = new BlockReader()
  #retryMs = retryDefaultMs
  #retryTimer: NodeJS.Timeout | undefined
  /** Since the stream last named a position. */
  #attempts = 0

  constructor(crowd: CrowdContext, localAddress?: string) {
    this.#crowd = crowd
    this.#localAddress = localAddress
    this.#open()
  }

  get state(): ViewerState {
    return this.#state
  }

  close(): void {
    this.#state = 'closed'
    clearTimeout(this.#retryTimer)
    this.#socket?.destroy()
  }

  onConnect(): void {
    const { target, liveVideoId, gzip } = this.#crowd
    const position = this.judge.position
    const resume = position ? `Last-Event-ID: ${formatPosition(position)}\r\n` : ''
    const accept = gzip ? 'Accept-Encoding: gzip\r\n' : ''
    this.#socket?.write(
      `GET ${target.basePath}/v1/live-videos/${liveVideoId}/stream?${query} HTTP/1.1\r\nHost: ${target.authority}\r\n` +
        `Accept: text/event-stream\r\n${accept}Cache-Control: no-cache\r\n${resume}\r\n`,
    )
  }

  onBytes(bytes: Buffer): void {
    this.#crowd.tally.bytes += bytes.length
    this.#response.read(bytes)
  }

  onHead({ status, headers }: ResponseHead): void {
    if (status !== 200) this.#fail(`status ${status}`)
    else if (!headers.get('content-type')?.startsWith('text/event-stream')) this.#fail('no event stream')
    else this.#decode(headers.get('content-encoding') ?? 'identity')
  }

  onBody(bytes: Buffer): void {
    if (this.#state !== 'opening' && this.#state !== 'live') return
    const plain = this.#gzip ? this.#inflate(this.#gzip, bytes) : bytes
    const deliveries = plain && this.#blocks.read(plain, this.#crowd.scan)
    if (deliveries) this.#takeAll(deliveries)
  }

  onEnd(): void {
    this.#socket?.destroy()
  }

  onClose(error: Error | null): void {
    this.#response.close()
    if (this.#state === 'opening' || this.#state === 'live') this.#comeBack(error)
  }

  #decode(encoding: string): void {
    countUp(this.#crowd.tally.encodings, encoding)
    this.#gzip = encoding === 'gzip' ? new GzipBody() : null
    if (encoding !== 'gzip' && encoding !== 'identity') this.#fail(`content-encoding ${encoding}`)
  }

  /** Coming back would bring the same again: what cannot be inflated is the end. */
  #inflate(gzip: GzipBody, bytes: Buffer): Buffer | null {
    try {
      return gzip.read(bytes, this.#crowd.inflate)
    } catch (error) {
      this.#fail((error as Error).message)
      return null
    }
  }

  #open(): void {
    this.#state = 'opening'
    this.#attempts++
    this.#response = new ResponseReader(this)
    this.#blocks = new BlockReader()
    this.#socket = openConnection(this.#crowd.target, this, this.#localAddress)
    this.#socket.setTimeout(openingTimeoutMs, () => this.#socket?.destroy(new Error('no position in time')))
  }

  #comeBack(error: Error | null): void {
    if (this.#attempts >= attemptsMax) return this.#fail(reasonOf(error))
    this.#state = 'waiting'
    const delayMs = this.#retryMs * 2 ** Math.max(0, this.#attempts - 1)
    const boundedMs = Math.min(Math.max(delayMs, retryMinMs), retryMaxMs)
    this.#retryTimer = setTimeout(() => this.#retry(), jittered(boundedMs, Math.random))
  }

  #retry(): void {
    if (this.judge.position) this.#crowd.tally.reconnects++
    this.#open()
  }

  #fail(reason: string): void {
    this.#state = 'failed'
    countUp(this.#crowd.tally.failures, reason)
    this.#socket?.destroy()
  }

  #takeAll(deliveries: readonly Delivery[]): void {
    const { tally } = this.#crowd
    const eventsBefore = tally.events
    const now = performance.now()
    for (const delivery of deliveries) this.#take(delivery, now)
    if (tally.events === eventsBefore) return
    tally.eventReads++
    tally.lastEventAt = now
  }

  #take(delivery: Delivery, now: number): void {
    const { tally } = this.#crowd
    switch (delivery.kind) {
      case 'event':
        tally.events++
        this.judge.take(delivery.position)
        if (!Number.isNaN(delivery.postedAt)) tally.latency.record(now - delivery.postedAt)
        return this.#isLive()
      case 'position':
        this.judge.moveTo(delivery.position)
        return this.#isLive()
      case 'retry':
        this.#retryMs = delivery.retryMs
        return
      case 'gap':
        tally.gaps++
        return
      case 'authExpired':
        return this.#fail('auth.expired')
    }
  }

  #isLive(): void {
    if (this.#state !== 'opening') return
    this.#state = 'live'
    this.#attempts = 0
    this.#socket?.setTimeout(0)
  }
}

const reasonOf = (error: Error | null): string =>
  error === null ? 'the stream ended' : ((error as NodeJS.ErrnoException).code ?? error.message)
