import type { ViewerSocket } from './viewer-socket.ts'

/**
 * `waiting`: placed nowhere yet. `catching-up`: being brought from its position to the end of the log.
 * `live`: gets every frame as it is made. `closed`: gone.
 */
export type ConnectionState = 'waiting' | 'catching-up' | 'live' | 'closed'

/** One open SSE response. */
export class Connection {
  state: ConnectionState = 'waiting'
  /** Every event up to this sequence number was written to it, or left out and told by a `gap`. */
  seq = 0
  /** Whether it was live before: it then lags because it reads too slowly, not because it came late. */
  wasLive = false
  readonly socket: ViewerSocket
  /** When its token expires, in milliseconds since 1970; null for an anonymous viewer. */
  readonly expiresAt: number | null

  #wake: (() => void) | null = null
  #written = 0
  /** How much of it had left when it was last seen to take some, and when that was, in `Clock.elapsed` time. */
  #taken = 0
  #takenAt = 0

  constructor(socket: ViewerSocket, expiresAt: number | null) {
    this.socket = socket
    this.expiresAt = expiresAt
  }

  get open(): boolean {
    return this.state !== 'closed'
  }

  /** Bytes, or text of ASCII alone. */
  write(bytes: Uint8Array | string): void {
    if (!this.open || bytes.length === 0) return
    this.#written += bytes.length
    this.socket.write(bytes)
  }

  /** Whether bytes wait for it of which it has taken none for `stallMs`. To be asked now and then. */
  isStalled(elapsedMs: number, stallMs: number): boolean {
    const taken = this.#written - this.socket.bufferedBytes
    if (this.socket.bufferedBytes > 0 && taken === this.#taken) return elapsedMs - this.#takenAt > stallMs
    this.#taken = taken
    this.#takenAt = elapsedMs
    return false
  }

  /** Resolves when the viewer has taken what waits for it, or is gone. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** To be called when the socket has drained or closed. */
  wake(): void {
    this.#wake?.()
    this.#wake = null
  }
}
