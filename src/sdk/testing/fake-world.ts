import type { Clock } from '../../domain/time.ts'
import type { StreamEventName, StreamEvents } from '../../protocol/stream-events.ts'
import type { Environment, EventSourceLike } from '../environment.ts'

type Listen = (event: MessageEvent | Event) => void

/** A server-sent stream whose other end is the test. */
export class FakeSource implements EventSourceLike {
  readyState = 0
  readonly url: URL
  readonly #listeners = new Map<string, Listen[]>()

  constructor(url: string) {
    this.url = new URL(url, 'http://chorus.test')
  }

  addEventListener(type: string, listen: Listen): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listen])
  }

  close(): void {
    this.readyState = 2
  }

  open(): void {
    this.readyState = 1
    this.#emit('open', new Event('open'))
  }

  send<Name extends StreamEventName>(name: Name, data: StreamEvents[Name], lastEventId = ''): void {
    this.#emit(name, { data: JSON.stringify(data), lastEventId } as MessageEvent)
  }

  /** The connection breaks; the browser comes back by itself. */
  break(): void {
    this.readyState = 0
    this.#emit('error', new Event('error'))
  }

  /** The answer was no stream: the browser gives up. */
  refuse(): void {
    this.readyState = 2
    this.#emit('error', new Event('error'))
  }

  #emit(type: string, event: MessageEvent | Event): void {
    for (const listen of this.#listeners.get(type) ?? []) listen(event)
  }
}

interface Timer {
  at: number
  run: () => void
}

class FakeClock implements Clock {
  #now = 1_000_000
  #shift = 0
  #timers: Timer[] = []

  now = (): number => this.#now + this.#shift
  elapsed = (): number => this.#now

  /** As when somebody sets the device's clock. */
  set(byMs: number): void {
    this.#shift += byMs
  }

  after(delayMs: number, run: () => void) {
    const timer = { at: this.#now + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Runs what falls due within the time, in order, letting promises settle in between. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#now + durationMs
    await settled()
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.#now = due.at
      this.#timers = this.#timers.filter((other) => other !== due)
      due.run()
      await settled()
    }
    this.#now = end
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}

/** Lets every promise that can settle do so. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

export interface FakeRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: unknown
}

export type Answerer = (request: FakeRequest) => Response | Promise<Response>

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers })

/** A world without a network: `answer` plays the server. Randomness is always one half. */
export function createFakeWorld(answer: Answerer) {
  const clock = new FakeClock()
  const sources: FakeSource[] = []
  const requests: FakeRequest[] = []
  let keys = 0
  const environment: Environment = {
    clock,
    random: () => 0.5,
    createKey: () => `key-${++keys}`,
    openEventSource(url) {
      const source = new FakeSource(url)
      sources.push(source)
      return source
    },
    async fetch(url, init) {
      const request = readRequest(url, init)
      requests.push(request)
      return answer(request)
    },
  }
  return { environment, clock, sources, requests }
}

function readRequest(url: string, init: RequestInit): FakeRequest {
  const headers = init.headers as Record<string, string>
  const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null
  return { method: init.method ?? 'GET', path: url, headers, body }
}
