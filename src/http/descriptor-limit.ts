import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../domain/time.ts'

/** Kept for what the process itself opens: the store, the registry, other nodes, files. */
const reserveMax = 128
/** The shortage is over after this time without a refusal. */
const calmMs = 5_000

export interface DescriptorLimitDeps {
  clock: Clock
  /** How many file descriptors the process may have open. */
  limit: number
  began(limit: number): void
  over(refused: number): void
}

/**
 * Refuses connections when the file descriptors of the process are nearly used up. Left to the kernel, the last of them
 * would go to clients, and the process could open neither a file nor a connection of its own.
 */
export function limitDescriptors(server: Server, deps: DescriptorLimitDeps): void {
  const highest = deps.limit - Math.min(reserveMax, Math.floor(deps.limit / 4))
  const refusals = new Refusals(deps)
  const listeners = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    if (descriptorOf(socket) < highest) for (const listener of listeners) listener.call(server, socket)
    else refusals.refuse(socket)
  })
}

class Refusals {
  readonly #deps: DescriptorLimitDeps
  #refused = 0
  #lastAt = 0

  constructor(deps: DescriptorLimitDeps) {
    this.#deps = deps
  }

  refuse(socket: Socket): void {
    const { clock, limit, began } = this.#deps
    socket.destroy()
    this.#lastAt = clock.elapsed()
    if (++this.#refused > 1) return
    began(limit)
    this.#look(calmMs)
  }

  #look(inMs: number): void {
    const { clock, over } = this.#deps
    clock.after(inMs, () => {
      const calmInMs = this.#lastAt + calmMs - clock.elapsed()
      if (calmInMs > 0) return this.#look(calmInMs)
      over(this.#refused)
      this.#refused = 0
    })
  }
}

/** The kernel gives the lowest that is free, so it tells how many are in use. 0 where there is none, as on Windows. */
function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: number } }
  return handle?.fd ?? 0
}

/** Infinity where it cannot be known. */
export function readDescriptorLimit(): number {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return limit ? Number(limit) : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
