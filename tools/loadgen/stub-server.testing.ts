import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { constants, deflateRawSync } from 'node:zlib'

const epoch = 'stub'

/** RFC 1952: deflate, no optional fields. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
const plain = (text: string) => text
/** Blocks that refer to nothing before them. */
const block = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH })

interface Stream {
  response: ServerResponse
  encode(text: string): Buffer | string
  /** Counts from 0 in the order of arrival. */
  number: number
}

/** What the server does wrong, and to whom. */
export interface StubFaults {
  /** The sequence numbers written to a stream when the event `seq` is due. */
  deliver?(seq: number, stream: number): number[]
  /** Ends the stream after the event. */
  cut?(seq: number, stream: number): boolean
  /** Answers a stream request with this status. */
  streamStatus?(stream: number): number
  /** Refuses a comment with 429. */
  refuse?(post: number): boolean
  /** What streams are encoded with where gzip is accepted. */
  encoding?: 'gzip' | 'br'
  /** Streams without chunks, until the connection closes. */
  unchunked?: boolean
}

export interface StubServer {
  url: string
  /** `Last-Event-ID` headers that came. */
  resumed: string[]
  /** Addresses of the streams that were asked for. */
  asked: string[]
  close(): void
}

/** A Chorus server of one live video, in memory, with faults to order. */
export async function startStubServer(faults: StubFaults = {}): Promise<StubServer> {
  const log: string[] = []
  const streams = new Set<Stream>()
  const resumed: string[] = []
  const asked: string[] = []
  let [streamCount, postCount] = [0, 0]

  const frame = (seq: number) => `id: ${epoch}:${seq}\nevent: comment.created\ndata: ${log[seq - 1]}\n\n`

  function stream(request: IncomingMessage, response: ServerResponse): void {
    const encoding = request.headers['accept-encoding'] === 'gzip' ? faults.encoding : undefined
    const one = { response, encode: encoding === undefined ? plain : block, number: streamCount++ }
    asked.push(request.url ?? '')
    const status = faults.streamStatus?.(one.number) ?? 200
    if (status !== 200) return reply(response, status, {})
    if (faults.unchunked) response.useChunkedEncodingByDefault = false
    const last = request.headers['last-event-id'] as string | undefined
    if (last !== undefined) resumed.push(last)
    const seq = last === undefined ? log.length : Number(last.split(':')[1])
    const headers = { 'content-type': 'text/event-stream' }
    response.writeHead(200, encoding === undefined ? headers : { ...headers, 'content-encoding': encoding })
    if (encoding !== undefined) response.write(gzipHeader)
    response.write(one.encode(`retry: 100\n\n: hello\n\nid: ${seq === 0 ? '-' : epoch}:${seq}\n\n`))
    for (let next = seq + 1; next <= log.length; next++) response.write(one.encode(frame(next)))
    streams.add(one)
    response.on('close', () => streams.delete(one))
  }

  function fanOut(seq: number): void {
    for (const one of streams) {
      const seqs = faults.deliver?.(seq, one.number) ?? [seq]
      for (const each of seqs) one.response.write(one.encode(frame(each)))
      if (faults.cut?.(seq, one.number)) one.response.end()
    }
  }

  async function comment(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as { text: string }
    if (faults.refuse?.(postCount++)) return reply(response, 429, { code: 'rate_limited' })
    const seq = log.length + 1
    log.push(JSON.stringify({ id: `${seq}`, seq, author: { id: 'a', name: 'A' }, text: body.text }))
    reply(response, 201, { seq })
    fanOut(seq)
  }

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path === '/v1/demo/tokens') reply(response, 201, { token: 'token' })
    else if (path.includes('/stream')) stream(request, response)
    else void comment(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, resumed, asked, close }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
