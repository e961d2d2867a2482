import { spawn } from 'node:child_process'
import { get, type IncomingHttpHeaders } from 'node:http'
import { constants, createGunzip } from 'node:zlib'
import { createParser } from 'eventsource-parser'
import { expect } from 'vitest'
import type { Comment } from '../../src/domain/comment.ts'
import type { Addressed } from './chorus-server.ts'
import type { StreamEvent } from './viewer.ts'

/** What a client has read of a stream that it was sent, and may have decoded. */
export class Reading implements Disposable {
  headers: IncomingHttpHeaders = {}
  /** As curl tells it. */
  version: string | null = null
  /** The body, decoded. */
  text = ''
  /** A compressed body as it came over the wire; of `overHttp` alone. */
  readonly raw: Buffer[] = []
  readonly events: StreamEvent[] = []
  readonly asides: string[] = []
  readonly retries: number[] = []
  lastEventId = ''
  ended = false
  /** What the client complained of at the end. */
  complaint: unknown = null
  close: () => void = () => {}
  readonly #parser = createParser({
    onEvent: ({ id, event, data }) => this.events.push({ id, event, data: JSON.parse(data) }),
    onId: (id) => {
      this.lastEventId = id
    },
    onRetry: (retryMs) => this.retries.push(retryMs),
    onComment: (aside) => this.asides.push(aside),
  })

  get coding(): string | undefined {
    return this.headers['content-encoding']
  }

  get comments(): Comment[] {
    return this.named('comment.created').map(({ data }) => data as Comment)
  }

  get seqs(): number[] {
    return this.comments.map(({ seq }) => seq)
  }

  named(event: string): StreamEvent[] {
    return this.events.filter((one) => one.event === event)
  }

  feed(text: string): void {
    this.text += text
    this.#parser.feed(text)
  }

  end(complaint: unknown = null): void {
    this.ended = true
    this.complaint ??= complaint
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Opens a stream at a URL. */
export type Read = (url: string, headers?: Record<string, string>) => Reading

/** Node's `http`, with a decoder that takes what has come for the whole when the stream ends. */
export const overHttp: Read = (url, headers = {}) => {
  const reading = new Reading()
  const all = { 'accept-encoding': 'gzip', ...headers }
  const request = get(url, { agent: false, headers: all }, (response) => {
    reading.headers = response.headers
    const isCoded = reading.coding === 'gzip'
    response.on('error', (error) => reading.end(error))
    if (isCoded) response.on('data', (bytes: Buffer) => reading.raw.push(bytes))
    const body = isCoded ? response.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })) : response
    body
      .setEncoding('utf8')
      .on('data', (text: string) => reading.feed(text))
      .on('error', (error) => reading.end(error))
      .on('end', () => reading.end())
  }).on('error', (error) => reading.end(error))
  reading.close = () => request.destroy()
  return reading
}

/** `fetch`, which decodes by itself. */
const overFetch: Read = (url, headers = {}) => {
  const reading = new Reading()
  const over = new AbortController()
  reading.close = () => over.abort()
  const read = async () => {
    const response = await fetch(url, { headers, signal: over.signal })
    reading.headers = Object.fromEntries(response.headers)
    const decoder = new TextDecoder()
    for await (const bytes of response.body ?? []) reading.feed(decoder.decode(bytes, { stream: true }))
  }
  read().then(
    () => reading.end(),
    (error) => reading.end(error),
  )
  return reading
}

/** curl as one would type it; `-k` for certificates of a test. */
export const overCurl: Read = (url, headers = {}) => {
  const reading = new Reading()
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const curl = spawn('curl', ['-sSNkv', '--compressed', ...flags, url])
  reading.close = () => curl.kill()
  let told = ''
  curl.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
    reading.version = /^< (HTTP\/\S+)/m.exec(told)?.[1] ?? null
    const headers = told.matchAll(/^< ([a-z-]+): (.*)\r\n/gim)
    reading.headers = Object.fromEntries(
      [...headers].map(([, name = '', value]) => [name.toLowerCase(), value]),
    )
  })
  curl.stdout.setEncoding('utf8').on('data', (text: string) => reading.feed(text))
  curl.once('close', (code) => reading.end(code === 0 ? null : `${code}: ${told}`))
  return reading
}

export const urlOf = ({ url }: Addressed, liveVideoId: string, query = 'rate=all') =>
  `${url}/v1/live-videos/${liveVideoId}/stream?${query}`

/** All of them, to go through. */
export const clients: [string, Read][] = [
  ['http', overHttp],
  ['fetch', overFetch],
  ['curl', overCurl],
]

/** So many viewers that frames are worth compressing. */
export const crowdSize = 10

/** Viewers in a live video, whose clients accept gzip; `all` closes them. */
export const open = (all: DisposableStack, url: string, viewers = crowdSize, headers = {}): Reading[] =>
  Array.from({ length: viewers }, () => all.use(overHttp(url, headers)))

/** Until all of them have everything up to there. */
export const upTo = (readings: Reading[], seq: number) =>
  expect.poll(() => readings.every(({ lastEventId }) => lastEventId.split(':')[1] === String(seq))).toBe(true)
