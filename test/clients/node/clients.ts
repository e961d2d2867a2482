// Streams as Node programs read them, and curl. See ../program.ts for what is asked and answered.
import { spawn } from 'node:child_process'
import { get } from 'node:http'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, createGunzip } from 'node:zlib'
import { EventSource } from 'eventsource'
import { createParser } from 'eventsource-parser'
import type { Order } from '../program.ts'

/** The text of a stream as it comes; ends or fails when the stream does. */
type ReadText = (order: Order, headers: Record<string, string>) => AsyncIterable<string>

const accepted = ({ gzip }: Order): string => (gzip ? 'gzip' : 'identity')

/** Decodes nothing by itself. */
async function* overHttp(order: Order, headers: Record<string, string>): AsyncIterable<string> {
  const body = await new Promise<Readable>((resolve, reject) => {
    const all = { ...headers, 'accept-encoding': accepted(order) }
    get(order.url, { agent: false, headers: all }, resolve).on('error', reject)
  })
  if (!order.gzip) return yield* body.setEncoding('utf8')
  const plain = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })
  body.on('error', (error) => plain.destroy(error))
  yield* body.pipe(plain).setEncoding('utf8')
}

/** Asks for gzip by itself. */
async function* overFetch(order: Order, headers: Record<string, string>): AsyncIterable<string> {
  const response = await fetch(order.url, { headers: order.gzip ? headers : plain(headers) })
  yield* response.body?.pipeThrough(new TextDecoderStream()) ?? []
}

const plain = (headers: Record<string, string>) => ({ ...headers, 'accept-encoding': 'identity' })

async function* overCurl({ url, gzip }: Order, headers: Record<string, string>): AsyncIterable<string> {
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const curl = spawn('curl', ['-sN', ...(gzip ? ['--compressed'] : []), ...flags, url])
  yield* curl.stdout.setEncoding('utf8')
}

const tell = (stream: number, event: string, data: string): void =>
  void process.stdout.write(`${JSON.stringify({ stream, event, data })}\n`)

/** Reads a stream, and again from where it was when it has ended. */
async function watch(order: Order, read: ReadText): Promise<void> {
  let lastEventId = ''
  for (;;) {
    const parser = createParser({
      onId: (id) => {
        lastEventId = id
      },
      onEvent: ({ event, data }) => tell(order.stream, event ?? 'message', data),
    })
    const headers: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
    try {
      for await (const text of read(order, headers)) parser.feed(text)
    } catch {
      // Cut off.
    }
    await sleep(100)
  }
}

function watchWithEventSource({ stream, url, gzip }: Order): void {
  const fetchPlain: typeof fetch = (url, init) =>
    fetch(url, { ...init, headers: plain(Object.fromEntries(new Headers(init?.headers))) })
  const source = new EventSource(url, gzip ? {} : { fetch: fetchPlain })
  source.addEventListener('comment.created', ({ type, data }) => tell(stream, type, data))
}

const readers: Record<string, ReadText> = { http: overHttp, fetch: overFetch, curl: overCurl }

createInterface(process.stdin).on('line', (line) => {
  const order = JSON.parse(line) as Order
  const read = readers[order.client]
  if (read) void watch(order, read)
  else watchWithEventSource(order)
})
