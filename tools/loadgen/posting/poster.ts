import type { Target } from '../wire/target.ts'
import { NoReplyError, PostConnection, type Reply } from './post-connection.ts'

export interface PosterOptions {
  connectionsMax: number
  /** How long a connection may stay silent while a reply is due, and how long an idle one is kept. */
  timeoutMs: number
}

/** Posts JSON over a bounded pool of connections; posts that find none free wait for one, first come first served. */
export class Poster {
  readonly #target: Target
  readonly #options: PosterOptions
  readonly #open = new Set<PostConnection>()
  readonly #free: PostConnection[] = []
  readonly #waiting: ((connection: PostConnection) => void)[] = []

  constructor(target: Target, options: PosterOptions) {
    this.#target = target
    this.#options = options
  }

  /** `headers`: whole header lines, each with its `\r\n`. @throws NoReplyError */
  async post(path: string, headers: string, body: string): Promise<Reply> {
    const { basePath, authority } = this.#target
    const request =
      `POST ${basePath}${path} HTTP/1.1\r\nHost: ${authority}\r\nContent-Type: application/json\r\n` +
      `${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    try {
      return await this.#send(request)
    } catch (error) {
      if (!(error instanceof NoReplyError && error.wasStale)) throw error
      // The others that were idle are as old: the second attempt goes on none of them.
      for (const connection of this.#free.splice(0)) connection.close()
      return await this.#send(request)
    }
  }

  close(): void {
    for (const connection of this.#open) connection.close()
  }

  async #send(request: string): Promise<Reply> {
    const connection = await this.#acquire()
    try {
      return await connection.request(request)
    } finally {
      this.#release(connection)
    }
  }

  #acquire(): PostConnection | Promise<PostConnection> {
    for (let free = this.#free.pop(); free; free = this.#free.pop()) if (free.usable) return free
    if (this.#open.size < this.#options.connectionsMax) return this.#connect()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #connect(): PostConnection {
    const connection = new PostConnection(this.#target, this.#options.timeoutMs, (closed) =>
      this.#replace(closed),
    )
    this.#open.add(connection)
    return connection
  }

  #replace(closed: PostConnection): void {
    this.#open.delete(closed)
    this.#waiting.shift()?.(this.#connect())
  }

  #release(connection: PostConnection): void {
    // One that is no longer usable is closing, and is replaced when it has closed.
    if (!connection.usable) return
    const next = this.#waiting.shift()
    if (next) next(connection)
    else this.#free.push(connection)
  }
}
