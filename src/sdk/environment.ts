import type { Clock, Random } from '../domain/time.ts'

/** The part of an EventSource that the stream needs. */
export interface EventSourceLike {
  /** 2: closed for good; anything else: it connects again by itself. */
  readonly readyState: number
  addEventListener(type: string, listen: (event: MessageEvent | Event) => void): void
  close(): void
}

/** What the client needs of the world around it. Injected, so that tests need no browser. */
export interface Environment {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  openEventSource: (url: string) => EventSourceLike
  clock: Clock
  random: Random
  /** A key that nobody else makes. */
  createKey: () => string
}

export const browserEnvironment: Environment = {
  fetch: (url, init) => fetch(url, init),
  openEventSource: (url) => new EventSource(url),
  clock: {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  },
  random: Math.random,
  createKey,
}

/** 128 random bits. Not `randomUUID`, which a page served over plain HTTP doesn't have. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
