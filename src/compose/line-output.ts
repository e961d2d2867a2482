import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { isatty } from 'node:tty'

/** Bytes queued for a reader that does not read; above it lines are dropped. */
const waitingBytesMax = 262_144
const retryMs = 50
/** How long a process that ends waits for a reader. */
const finishMsMax = 200

/**
 * Writes lines to stdout or stderr, and never waits for their reader: a full disk, a pipe whose reader has stalled
 * or gone, a terminal that is held. They cost lines, which are counted.
 */
export class LineOutput {
  readonly #descriptor: number
  readonly #sayLost: (count: number) => string
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #lost = 0
  #isCut = false
  #retry: NodeJS.Timeout | null = null

  /** @param sayLost the line that tells how many were lost, once lines are taken again */
  constructor(stream: 1 | 2, sayLost: (count: number) => string) {
    this.#descriptor = openWithoutWaiting(stream)
    this.#sayLost = sayLost
    process.once('exit', () => this.#finish())
  }

  /** @param line with its line end */
  write(line: string): void {
    const bytes = Buffer.from(this.#isCut ? `\n${line}` : line)
    this.#isCut = false
    if (this.#waitingBytes + bytes.length > waitingBytesMax) {
      this.#lost++
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (!this.#retry) this.#flush()
  }

  #flush(): void {
    this.#retry = null
    try {
      this.#writeWaiting()
      if (this.#lost > 0) writeSync(this.#descriptor, this.#sayLost(this.#lost))
      this.#lost = 0
    } catch (error) {
      if (isBusy(error)) this.#retry = setTimeout(() => this.#flush(), retryMs).unref()
      else this.#lose()
    }
  }

  #writeWaiting(): void {
    for (let bytes = this.#waiting[0]; bytes; bytes = this.#waiting[0]) {
      const written = writeSync(this.#descriptor, bytes)
      this.#waitingBytes -= written
      this.#isCut = written < bytes.length
      if (this.#isCut) this.#waiting[0] = bytes.subarray(written)
      else this.#waiting.shift()
    }
  }

  #lose(): void {
    this.#lost += this.#waiting.length
    this.#waiting = []
    this.#waitingBytes = 0
  }

  #finish(): void {
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (let waitedMs = 0; this.#retry && waitedMs < finishMsMax; waitedMs += 10) {
      Atomics.wait(pause, 0, 0, 10)
      clearTimeout(this.#retry)
      this.#flush()
    }
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY')

/** Files never wait; the others only where they are told not to. */
function openWithoutWaiting(stream: 1 | 2): number {
  const stats = fstatSync(stream)
  if (stats.isSocket()) {
    // Node makes it non-blocking. No other process writes to it: a journal and a container give each process one of its own.
    new Socket({ fd: stream, readable: false, writable: true }).unref()
    return stream
  }
  if (!stats.isFIFO() && !isatty(stream)) return stream
  try {
    // Opened anew, so that the shell and its other processes, which share it, do not find it changed.
    return openSync(`/dev/fd/${stream}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return stream
  }
}
