import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface SeenRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export type Answerer = (request: SeenRequest, response: ServerResponse) => void

/**
 * An address of this process alone, where the system has many (Linux): when a test stops a node, no server of another test
 * may take its port and answer in its place.
 */
const host =
  process.platform === 'linux' ? `127.77.${(process.pid >> 8) & 255}.${(process.pid & 127) + 1}` : '127.0.0.1'

/** Opens a stream as a realtime node does. */
export function openStream(response: ServerResponse, firstBytes = 'retry: 2000\n\n'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', connection: 'close' })
  response.write(firstBytes)
}

/** A server in the place of a node; the test says what it answers, and sees what it was asked. */
export class NodeServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = []
  /** Responses that are still open. */
  readonly open = new Set<ServerResponse>()
  /** How many were made to it so far. */
  connections = 0
  readonly #server: Server
  #port = 0

  constructor(answer: Answerer = (_, response) => openStream(response)) {
    this.#server = createServer(async (request, response) => {
      this.open.add(response)
      response.on('close', () => this.open.delete(response)).on('error', () => {})
      const { method = '', url: path = '', headers } = request
      const seen = { method, path, headers, body: await text(request) }
      this.requests.push(seen)
      answer(seen, response)
    }).on('connection', () => this.connections++)
  }

  get url(): string {
    return `http://${host}:${this.#port}`
  }

  /** The newest open response. @throws Error when there is none */
  get stream(): ServerResponse {
    const newest = [...this.open].at(-1)
    if (!newest) throw new Error('nothing is open')
    return newest
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, host, resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** From now on nobody can connect, and who was connected is no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export const startNode = (answer?: Answerer): Promise<NodeServer> => new NodeServer(answer).start()

export function answerJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
