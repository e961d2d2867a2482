import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Clock } from '../../domain/time.ts'
import { contentType, path } from './wire.ts'

export type Posted =
  | { kind: 'taken' }
  /** Failed in a way that may pass: nobody listens, no answer in time, a server in trouble. */
  | { kind: 'failed'; reason: string }
  /** The same bytes will not be taken later either. */
  | { kind: 'refused'; reason: string }

/**
 * Posts to one node over a connection that is kept. Measured against the built-in fetch: a third to a half of its CPU,
 * and a shorter way.
 */
export class Poster {
  readonly #url: string
  readonly #authorization: string
  readonly #clock: Clock
  readonly #msMax: number
  readonly #agent: HttpAgent
  #closed = false

  /** @param msMax how long an answer may take */
  constructor(url: string, authorization: string, clock: Clock, msMax: number) {
    this.#url = url
    this.#authorization = authorization
    this.#clock = clock
    this.#msMax = msMax
    const options = { keepAlive: true, maxSockets: 1 }
    this.#agent = url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options)
  }

  /** Never rejects. */
  async post(body: Buffer): Promise<Posted> {
    if (this.#closed) return { kind: 'failed', reason: 'closed' }
    try {
      return postedBy(await this.#send(body))
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) }
    }
  }

  /** Ends what is under way, too. */
  close(): void {
    this.#closed = true
    this.#agent.destroy()
  }

  /** The status of the answer, once all of it is there. */
  #send(body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = this.#request(body.length)
      const late = () => request.destroy(new Error(`no answer within ${this.#msMax} ms`))
      const cancel = this.#clock.after(this.#msMax, late)
      request.once('close', () => {
        cancel()
        reject(new Error('the connection was closed'))
      })
      request.on('error', reject)
      request.once('response', (response) => {
        response.on('error', reject)
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.resume()
      })
      request.end(body)
    })
  }

  #request(contentLength: number): ClientRequest {
    const send = this.#agent instanceof HttpsAgent ? httpsRequest : httpRequest
    return send(this.#url + path, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        authorization: this.#authorization,
        'content-type': contentType,
        'content-length': contentLength,
      },
    })
  }
}

function postedBy(status: number): Posted {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 401)
    return { kind: 'refused', reason: 'it answers 401: its CHORUS_CLUSTER_SECRET is another one' }
  const passes = status >= 500 || status === 408 || status === 429
  return { kind: passes ? 'failed' : 'refused', reason: `it answers ${status}` }
}

/** An error of several addresses tried at once has no message of its own. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error)
