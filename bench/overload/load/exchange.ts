import type { Socket } from 'node:net'
import { type ConnectionHandlers, openConnection } from '../../../tools/loadgen/wire/connection.ts'
import { type ResponseHead, ResponseReader } from '../../../tools/loadgen/wire/http-response.ts'
import type { Target } from '../../../tools/loadgen/wire/target.ts'
import { nextClientAddress } from './requests.ts'
import type { Ending } from './tally.ts'

/** A request without an answer for this long has failed. */
export const answerMsMax = 10_000

/** Whether a refusal says when to come back. */
export const endingOf = ({ status, headers }: ResponseHead): Ending => {
  if (status >= 200 && status < 300) return { kind: 'accepted' }
  if ((status === 429 || status === 503) && headers.has('retry-after')) return { kind: 'told' }
  return { kind: 'failed', why: String(status) }
}

type OnEnding = (ending: Ending) => void

/** Requests with an answer that ends, over connections that are used again. Each has a connection to itself meanwhile. */
export class Exchanges {
  readonly #target: Target
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()

  constructor(target: Target) {
    this.#target = target
  }

  begin(request: string, onEnding: OnEnding): void {
    const connection = this.#idle.pop() ?? this.#open()
    connection.ask(request, onEnding)
  }

  close(): void {
    for (const connection of this.#all) connection.close()
  }

  #open(): Connection {
    const connection = new Connection(this.#target, {
      onIdle: () => this.#idle.push(connection),
      onClosed: () => {
        this.#all.delete(connection)
        const at = this.#idle.indexOf(connection)
        if (at !== -1) this.#idle.splice(at, 1)
      },
    })
    this.#all.add(connection)
    return connection
  }
}

interface Ends {
  onIdle(): void
  onClosed(): void
}

class Connection implements ConnectionHandlers {
  readonly #socket: Socket
  readonly #reader = new ResponseReader({
    onHead: (head) => this.#note(head),
    onBody: () => {},
    onEnd: () => this.#onAnswer(),
  })
  readonly #ends: Ends
  #asked: OnEnding | null = null
  #ending: Ending = { kind: 'failed', why: 'nothing' }
  #closes = false

  constructor(target: Target, ends: Ends) {
    this.#ends = ends
    this.#socket = openConnection(target, this, nextClientAddress())
    this.#socket.on('timeout', () => this.#socket.destroy(new Error('no answer')))
  }

  ask(request: string, onEnding: OnEnding): void {
    this.#asked = onEnding
    this.#socket.setTimeout(answerMsMax)
    this.#socket.write(request)
  }

  close(): void {
    this.#socket.destroy()
  }

  onConnect(): void {}

  onBytes(bytes: Buffer): void {
    this.#reader.read(bytes)
  }

  onClose(error: Error | null): void {
    this.#ends.onClosed()
    this.#end({
      kind: 'failed',
      why: (error as NodeJS.ErrnoException | null)?.code ?? error?.message ?? 'closed',
    })
  }

  #note(head: ResponseHead): void {
    this.#ending = endingOf(head)
    this.#closes = head.headers.get('connection')?.toLowerCase() === 'close'
  }

  #onAnswer(): void {
    this.#socket.setTimeout(0)
    this.#end(this.#ending)
    if (this.#closes) this.#socket.destroy()
    else this.#ends.onIdle()
  }

  #end(ending: Ending): void {
    const asked = this.#asked
    this.#asked = null
    asked?.(ending)
  }
}
