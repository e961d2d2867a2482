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
  /** When it was first found with its outbox over the bound, in `Clock.elapsed` time; null while it takes what it gets. */
  congestedSince: number | null = null
  readonly socket: ViewerSocket
  /** When its token expires, in milliseconds since 1970; null for an anonymous viewer. */
  readonly expiresAt: number | null

  constructor(socket: ViewerSocket, expiresAt: number | null) {
    this.socket = socket
    this.expiresAt = expiresAt
  }

  get open(): boolean {
    return this.state !== 'closed'
  }

  write(bytes: Uint8Array | string): void {
    if (this.open && bytes.length > 0) this.socket.write(bytes)
  }

  /** Resolves when the viewer has taken what waits for it, or is gone. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** To be called when the socket has drained or closed. */
  wake(): void {
    this.congestedSince = null
    this.#wake?.()
    this.#wake = null
  }

  #wake: (() => void) | null = null
}
