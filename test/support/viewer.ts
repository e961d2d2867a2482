import { type ClientRequest, get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'
import type { Comment } from '../../src/domain/comment.ts'
import type { Addressed } from './chorus-server.ts'

export interface StreamEvent {
  id: string | undefined
  event: string | undefined
  data: unknown
}

export interface ViewerOptions {
  /** Such as `history=10`. */
  query?: string
  /** `rate=`; null leaves it to the server, as a browser would. By default all, so that every event can be counted. */
  rate?: string | null
  headers?: Record<string, string>
  token?: string
  lastEventId?: string
  /** Comes back after the end of a stream, from where it was, as a browser does. */
  returns?: boolean
}

// A browser waits for `retry`; a test has no reason to.
const returnMs = 20

/** Watches a live video as a browser would, and keeps everything that it was sent. */
export class Viewer implements Disposable {
  status = 0
  headers: IncomingHttpHeaders = {}
  /** The body, decoded; of the last connection. */
  text = ''
  readonly events: StreamEvent[] = []
  /** The comment lines, which an EventSource skips. */
  readonly asides: string[] = []
  readonly retries: number[] = []
  lastEventId: string | undefined
  connections = 0
  ended = false
  /** Whether the last connection broke off within its response. */
  isCutOff = false
  readonly #server: Addressed
  readonly #liveVideoId: string
  readonly #options: ViewerOptions
  #request: ClientRequest | null = null
  #closed = false

  constructor(server: Addressed, liveVideoId: string, options: ViewerOptions = {}) {
    this.#server = server
    this.#liveVideoId = liveVideoId
    this.#options = options
    this.lastEventId = options.lastEventId
    this.#connect()
  }

  named(event: string): StreamEvent[] {
    return this.events.filter((one) => one.event === event)
  }

  get comments(): Comment[] {
    return this.named('comment.created').map(({ data }) => data as Comment)
  }

  get seqs(): number[] {
    return this.comments.map(({ seq }) => seq)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.#request?.destroy()
  }

  #connect(): void {
    const { query = '', rate = 'all', headers, token } = this.#options
    const wanted = rate === null ? query : `${query}&rate=${rate}`
    const url = `${this.#server.url}/v1/live-videos/${this.#liveVideoId}/stream?${wanted}`
    const all = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(this.lastEventId !== undefined && { 'last-event-id': this.lastEventId }),
      ...headers,
    }
    this.text = ''
    this.#request = get(url, { agent: false, headers: all }, (response) => this.#read(response))
      .on('error', () => {})
      .on('close', () => this.#end())
  }

  #read(response: IncomingMessage): void {
    this.connections++
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    const parser = createParser({
      onEvent: ({ id, event, data }) => this.events.push({ id, event, data: JSON.parse(data) }),
      onId: (id) => {
        this.lastEventId = id
      },
      onRetry: (retryMs) => this.retries.push(retryMs),
      onComment: (aside) => this.asides.push(aside),
    })
    response.setEncoding('utf8').on('data', (text: string) => {
      this.text += text
      if (this.status === 200) parser.feed(text)
    })
    response.on('error', () => {
      this.isCutOff = true
    })
  }

  #end(): void {
    this.ended = !this.#options.returns || this.#closed
    if (!this.ended) setTimeout(() => this.#closed || this.#connect(), returnMs)
  }
}
