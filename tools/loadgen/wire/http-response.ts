import { ChunkedDecoder } from './chunked.ts'

const headEnd = Buffer.from('\r\n\r\n')
const headBytesMax = 32_768

export interface ResponseHead {
  status: number
  /** By lower-case name. */
  headers: Map<string, string>
}

/** What a response turns out to be. The bytes are views, good only during the call. */
export interface ResponseHandlers {
  onHead(head: ResponseHead): void
  onBody(bytes: Buffer): void
  onEnd(): void
}

type Body =
  | { kind: 'length'; bytesLeft: number }
  | { kind: 'chunked'; decoder: ChunkedDecoder }
  | { kind: 'untilClose' }

/**
 * Reads the responses of one HTTP/1.1 connection, one after the other (RFC 9112): enough for streams and short
 * JSON replies, at a fraction of what an `http.IncomingMessage` costs per read.
 */
export class ResponseReader {
  readonly #handlers: ResponseHandlers
  #body: Body | null = null
  #headStart: Buffer | null = null

  constructor(handlers: ResponseHandlers) {
    this.#handlers = handlers
  }

  /** @throws Error when the bytes are not HTTP/1.1. */
  read(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) at += this.#step(at === 0 ? bytes : bytes.subarray(at))
  }

  /** The connection has ended; true when it ended between responses, or ended one that lasts until then. */
  close(): boolean {
    if (this.#body?.kind === 'untilClose') this.#end()
    return this.#body === null && this.#headStart === null
  }

  #step(bytes: Buffer): number {
    const body = this.#body
    switch (body?.kind) {
      case undefined:
        return this.#takeHead(bytes)
      case 'untilClose':
        this.#handlers.onBody(bytes)
        return bytes.length
      case 'chunked': {
        const taken = body.decoder.decode(bytes)
        if (body.decoder.done) this.#end()
        return taken
      }
      case 'length':
        return this.#takeLength(body, bytes)
    }
  }

  #takeLength(body: { bytesLeft: number }, bytes: Buffer): number {
    const taken = Math.min(bytes.length, body.bytesLeft)
    body.bytesLeft -= taken
    this.#handlers.onBody(bytes.subarray(0, taken))
    if (body.bytesLeft === 0) this.#end()
    return taken
  }

  #takeHead(bytes: Buffer): number {
    const before = this.#headStart?.length ?? 0
    const all = this.#headStart ? Buffer.concat([this.#headStart, bytes]) : bytes
    const end = all.indexOf(headEnd)
    if (end === -1) {
      if (all.length > headBytesMax) throw new Error('The head of the response is too long.')
      this.#headStart = Buffer.from(all)
      return bytes.length
    }
    this.#headStart = null
    this.#begin(parseHead(all.toString('latin1', 0, end)))
    return end + headEnd.length - before
  }

  #begin(head: ResponseHead): void {
    if (head.status < 200) return
    this.#body = bodyOf(head, (bytes) => this.#handlers.onBody(bytes))
    this.#handlers.onHead(head)
    if (this.#body.kind === 'length' && this.#body.bytesLeft === 0) this.#end()
  }

  #end(): void {
    this.#body = null
    this.#handlers.onEnd()
  }
}

function parseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n')
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine) ?? []
  if (status === undefined) throw new Error('The response is not HTTP/1.1.')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { status: Number(status), headers }
}

function bodyOf({ status, headers }: ResponseHead, onData: (bytes: Buffer) => void): Body {
  if (status === 204 || status === 304) return { kind: 'length', bytesLeft: 0 }
  if (/\bchunked$/i.test(headers.get('transfer-encoding') ?? ''))
    return { kind: 'chunked', decoder: new ChunkedDecoder(onData) }
  const length = headers.get('content-length')
  if (length === undefined) return { kind: 'untilClose' }
  if (!/^\d{1,15}$/.test(length)) throw new Error('The Content-Length is not a number.')
  return { kind: 'length', bytesLeft: Number(length) }
}
