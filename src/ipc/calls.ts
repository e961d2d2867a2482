import { ChorusError, type ProblemCode } from '../domain/errors.ts'

/** One end of a line between two processes that carries structured values in order. */
export interface Line {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the other process is gone. */
  onEnd(listener: () => void): void
}

type Target = Record<string, (...args: never[]) => unknown>

type Message =
  | { kind: 'call'; id: number; target: string; method: string; args: unknown[] }
  | { kind: 'reply'; id: number; value: unknown }
  | { kind: 'failure'; id: number; code: ProblemCode | null; message: string }
  | { kind: 'note'; topic: string; value: unknown }

/** Calls that wait for an answer; beyond it the other process must be stuck. */
const waitingMax = 10_000

/** Calls over a line, in both directions, and notes that need no answer. */
export class Calls {
  readonly #line: Line
  readonly #targets = new Map<string, Target>()
  readonly #listeners = new Map<string, (value: unknown) => void>()
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0
  #ended = false

  constructor(line: Line) {
    this.#line = line
    line.onMessage((message) => this.#take(message as Message))
    line.onEnd(() => this.#end())
  }

  /** Whether the other process is gone. */
  get ended(): boolean {
    return this.#ended
  }

  /** Lets the other process call the methods of `target`. */
  serve(name: string, target: Target): void {
    this.#targets.set(name, target)
  }

  onNote(topic: string, listener: (value: unknown) => void): void {
    this.#listeners.set(topic, listener)
  }

  note(topic: string, value: unknown): void {
    this.#line.send({ kind: 'note', topic, value } satisfies Message)
  }

  /** @throws what the method throws there; `overloaded` or `stopping` when nobody answers */
  call<T>(target: string, method: string, ...args: unknown[]): Promise<T> {
    if (this.#ended) return Promise.reject(new ChorusError('stopping', null, 1_000))
    if (this.#waiting.size >= waitingMax) return Promise.reject(new ChorusError('overloaded', null, 1_000))
    const id = ++this.#lastId
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    this.#line.send({ kind: 'call', id, target, method, args } satisfies Message)
    return answer.promise as Promise<T>
  }

  #take(message: Message): void {
    switch (message.kind) {
      case 'call':
        return void this.#answer(message)
      case 'reply':
        return this.#settle(message.id)?.resolve(message.value)
      case 'failure':
        return this.#settle(message.id)?.reject(errorOf(message.code, message.message))
      case 'note':
        return this.#listeners.get(message.topic)?.(message.value)
    }
  }

  async #answer({ id, target, method, args }: Extract<Message, { kind: 'call' }>): Promise<void> {
    try {
      const value = await this.#targets.get(target)?.[method]?.(...(args as never[]))
      this.#line.send({ kind: 'reply', id, value } satisfies Message)
    } catch (error) {
      const code = error instanceof ChorusError ? error.code : null
      const message = error instanceof Error ? error.message : String(error)
      this.#line.send({ kind: 'failure', id, code, message } satisfies Message)
    }
  }

  #settle(id: number): PromiseWithResolvers<unknown> | undefined {
    const answer = this.#waiting.get(id)
    this.#waiting.delete(id)
    return answer
  }

  #end(): void {
    this.#ended = true
    for (const { reject } of this.#waiting.values()) reject(new ChorusError('stopping', null, 1_000))
    this.#waiting.clear()
  }
}

const errorOf = (code: ProblemCode | null, message: string): Error =>
  code === null ? new Error(message) : new ChorusError(code, message)
