/** A batch on its way to a channel. */
export interface Message {
  channel: string
  bytes: Buffer
  events: number
  /** It was sent to a server that has not its slot. */
  misplaced: boolean
}

/**
 * Messages that wait for one server, and those that it has not answered yet, in order and bounded in bytes. What was not
 * answered when the connection was lost is sent again: better twice than never.
 */
export class PublishQueue {
  readonly #bytesMax: number
  readonly #inFlightBytesMax: number
  #waiting = new Set<Message>()
  readonly #inFlight = new Set<Message>()
  #bytes = 0
  #inFlightBytes = 0

  constructor(bytesMax: number, inFlightBytesMax: number) {
    this.#bytesMax = bytesMax
    this.#inFlightBytesMax = inFlightBytesMax
  }

  /** Of all messages in it. */
  get bytes(): number {
    return this.#bytes
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes
  }

  get isEmpty(): boolean {
    return this.#waiting.size + this.#inFlight.size === 0
  }

  /** Returns what had to go for it: the oldest that wait, and the message itself when it cannot be kept either. */
  add(message: Message): Message[] {
    this.#waiting.add(message)
    this.#bytes += message.bytes.length
    const dropped: Message[] = []
    for (const oldest of this.#waiting) {
      if (this.#bytes <= this.#bytesMax) break
      this.#waiting.delete(oldest)
      this.#bytes -= oldest.bytes.length
      dropped.push(oldest)
    }
    return dropped
  }

  /** The next to be sent, which then is in flight; null when none waits or enough is in flight. */
  send(): Message | null {
    const [next] = this.#waiting
    if (!next) return null
    const isTooMuch = this.#inFlightBytes + next.bytes.length > this.#inFlightBytesMax
    if (isTooMuch && this.#inFlight.size > 0) return null
    this.#waiting.delete(next)
    this.#inFlight.add(next)
    this.#inFlightBytes += next.bytes.length
    return next
  }

  /** The server has answered. */
  finish(message: Message): void {
    if (!this.#inFlight.delete(message)) return
    this.#inFlightBytes -= message.bytes.length
    this.#bytes -= message.bytes.length
  }

  /** The connection is lost: what was in flight waits again, before the others. */
  restart(): void {
    this.#waiting = new Set([...this.#inFlight, ...this.#waiting])
    this.#inFlight.clear()
    this.#inFlightBytes = 0
  }

  /** Empties it; for another server. */
  takeAll(): Message[] {
    this.restart()
    const all = [...this.#waiting]
    this.#waiting.clear()
    this.#bytes = 0
    return all
  }
}
