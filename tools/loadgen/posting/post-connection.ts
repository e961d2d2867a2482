import type { Socket } from 'node:net'
import { type ConnectionHandlers, openConnection } from '../wire/connection.ts'
import { type ResponseHandlers, type ResponseHead, ResponseReader } from '../wire/http-response.ts'
import type { Target } from '../wire/target.ts'

export interface Reply {
  status: number
  body: string
}

/** A request that got no reply. */
export class NoReplyError extends Error {
  /** The connection had served before and ended unheard: the server closed it while it was idle. */
  readonly wasStale: boolean

  constructor(reason: string, wasStale: boolean) {
    super(reason)
    this.name = 'NoReplyError'
    this.wasStale = wasStale
  }
}

interface Pending {
  resolve(reply: Reply): void
  reject(error: Error): void
}

/** A connection kept alive, with one request on its way at a time. */
export class PostConnection implements ConnectionHandlers, ResponseHandlers {
  readonly #socket: Socket
  readonly #response = new ResponseReader(this)
  readonly #onClose: (connection: PostConnection) => void
  #pending: Pending | null = null
  #status = 0
  #body: string[] = []
  #replies = 0
  #keepAlive = true

  constructor(target: Target, timeoutMs: number, onClose: (connection: PostConnection) => void) {
    this.#onClose = onClose
    this.#socket = openConnection(target, this)
    this.#socket.setTimeout(timeoutMs, () => this.#socket.destroy(new Error('timeout')))
  }

  /** Good for another request. */
  get usable(): boolean {
    return this.#keepAlive && this.#pending === null && !this.#socket.destroyed
  }

  /** @throws NoReplyError */
  request(text: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject }
      this.#socket.write(text)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  onConnect(): void {}

  onBytes(bytes: Buffer): void {
    this.#response.read(bytes)
  }

  onHead({ status, headers }: ResponseHead): void {
    this.#status = status
    this.#body = []
    this.#keepAlive = headers.get('connection')?.toLowerCase() !== 'close'
  }

  onBody(bytes: Buffer): void {
    this.#body.push(bytes.toString('latin1'))
  }

  onEnd(): void {
    const pending = this.#pending
    this.#pending = null
    this.#replies++
    if (!this.#keepAlive) this.#socket.destroy()
    pending?.resolve({ status: this.#status, body: this.#body.join('') })
  }

  onClose(error: Error | null): void {
    const unheard = this.#response.close()
    this.#onClose(this)
    const reason = (error as NodeJS.ErrnoException | null)?.code ?? error?.message ?? 'closed'
    this.#pending?.reject(new NoReplyError(reason, this.#replies > 0 && unheard && reason !== 'timeout'))
  }
}
