import type { ViewerSocket } from '../../src/realtime/viewer-socket.ts'
import { ChunkedDecoder } from '../../tools/loadgen/wire/chunked.ts'
import type { NodeProcess } from './node-process.ts'
import type { SeededRandom } from './random.ts'
import type { Sabotage } from './sabotage.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** How fast a viewer takes what is written to it; null: at once, whatever it is. */
export type Pace = { bytesPerRead: number; intervalMs: number } | null

export interface SocketParts {
  clock: VirtualClock
  random: SeededRandom
  process: NodeProcess
  pace: Pace
  /** Unsent bytes above which a drain is told, as `writableHighWaterMark` of a TCP socket. */
  highWaterMark: number
  /** What one write costs the process, in milliseconds. */
  writeMs: number
  sabotage: Pick<Sabotage, 'tellClosed' | 'showBacklog'>
  /** Looks at every write (and may change it): for the checks, and for what is wrong on purpose. */
  inspect: (bytes: Buffer, socket: SimulatedSocket) => Buffer
  /** The body as the viewer reads it, its chunks taken off. */
  onBytes: (bytes: Buffer) => void
  /** The viewer sees the end of the connection. */
  onEnd: () => void
  report: (what: string) => void
}

const endOfBlock = Buffer.from('\n\n')

/** A viewer's connection as both ends see it: what the node writes waits here until the viewer reads. */
export class SimulatedSocket implements ViewerSocket {
  readonly #parts: SocketParts
  #pace: Pace
  readonly #onDrain: (() => void)[] = []
  readonly #onClose: (() => void)[] = []
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #needsDrain = false
  #readingSoon = false
  #paused = false
  /** `ended`: the node wants it to end after what waits. `cut`: nothing gets through any more. `closed`: the node knows. */
  #state: 'open' | 'ended' | 'cut' | 'closed' = 'open'
  #viewerThere = true
  #written = false
  readonly #body = new ChunkedDecoder((bytes) => this.#show(bytes))
  #lastShown: Buffer | null = null

  constructor(parts: SocketParts) {
    this.#parts = parts
    this.#pace = parts.pace
    parts.process.onEnd(() => this.cut(null))
  }

  get process(): NodeProcess {
    return this.#parts.process
  }

  get bufferedBytes(): number {
    return this.#parts.sabotage.showBacklog ? this.#waitingBytes : 0
  }

  /** What really waits for the viewer. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  write(content: Buffer): void {
    const { clock, inspect, writeMs, report } = this.#parts
    if (this.#state === 'closed') return report('a write after the socket was closed')
    if (this.#state === 'ended') return report('a write after the stream was ended')
    clock.spend(writeMs)
    this.#written = true
    const bytes = inspect(content, this)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes > this.#parts.highWaterMark) this.#needsDrain = true
    this.#readSoon()
  }

  end(bytes: Buffer): void {
    if (this.#state !== 'open') return
    this.write(bytes)
    if (this.#state !== 'open') return
    this.#state = 'ended'
    if (this.#waitingBytes === 0) this.#finish()
  }

  destroy(): void {
    if (this.#state === 'open' || this.#state === 'ended') this.#part()
  }

  onDrain(run: () => void): void {
    this.#onDrain.push(run)
  }

  /** Viewers here are there or gone. */
  onFinished(): void {}

  onClose(run: () => void): void {
    this.#onClose.push(run)
  }

  /** Whether the node has begun to answer. */
  get answered(): boolean {
    return this.#written
  }

  /** Whether nothing gets through any more, whoever knows it. */
  get isDown(): boolean {
    return this.#state === 'cut' || this.#state === 'closed' || !this.#parts.process.alive
  }

  get closed(): boolean {
    return this.#state === 'closed' || !this.#parts.process.alive
  }

  /** The viewer stops reading, until it is told to go on. */
  pause(): void {
    this.#paused = true
  }

  goOn(): void {
    this.#paused = false
    this.#readSoon()
  }

  changePace(pace: Pace): void {
    this.#pace = pace
  }

  /** The viewer ends it by itself; the node hears of it after `noticeMs`. */
  hangUp(noticeMs: number): void {
    this.#viewerThere = false
    this.cut(noticeMs)
  }

  /**
   * The network breaks, at any byte; the node hears of it after `noticeMs`, or (null) never: it is gone too. Whoever stands
   * between says its `lastWords`, where they do not run into an event that was cut off.
   */
  cut(noticeMs: number | null, lastWords = ''): void {
    if (this.#state === 'cut' || this.#state === 'closed') return
    this.#state = 'cut'
    const all = Buffer.concat(this.#waiting)
    this.#arrive(all.subarray(0, this.#parts.random.integer(0, all.length)))
    if (this.#lastShown === null || this.#lastShown.subarray(-2).equals(endOfBlock))
      this.#show(Buffer.from(lastWords))
    this.#endForViewer()
    if (noticeMs !== null) this.#parts.process.network.after(noticeMs, () => this.#close())
  }

  #readSoon(): void {
    const { clock, random } = this.#parts
    const pace = this.#pace
    if (this.#paused || this.#readingSoon || this.#waitingBytes === 0 || this.isDown) return
    if (!pace) return this.#read(this.#waitingBytes)
    this.#readingSoon = true
    clock.after(random.next() * pace.intervalMs, () => {
      this.#readingSoon = false
      if (!this.#paused) this.#read(random.integer(1, pace.bytesPerRead))
    })
  }

  #read(bytesMax: number): void {
    if (this.isDown) return
    this.#arrive(this.#take(bytesMax))
    if (this.#waitingBytes > 0) return this.#readSoon()
    if (this.#state === 'ended') return this.#finish()
    if (!this.#needsDrain) return
    this.#needsDrain = false
    // Node tells of a drain after the write that has filled the buffer returned, never within it.
    this.#parts.process.network.after(0, () => this.#tellDrained())
  }

  #take(bytesMax: number): Buffer {
    const all = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting)
    const taken = all.subarray(0, bytesMax)
    this.#waiting = taken.length < all.length ? [all.subarray(taken.length)] : []
    this.#waitingBytes -= taken.length
    return taken
  }

  #tellDrained(): void {
    if (!this.isDown) for (const run of this.#onDrain) run()
  }

  /** The node has ended it in order, and the viewer has all of it. */
  #finish(): void {
    if (this.#viewerThere && !this.#body.done)
      this.#parts.report('a stream that ended in order looks cut off')
    this.#part()
  }

  /** The node ends it: what waits is thrown away. */
  #part(): void {
    this.#state = 'cut'
    this.#endForViewer()
    this.#parts.process.network.after(0, () => this.#close())
  }

  #close(): void {
    this.#state = 'closed'
    this.#waiting = []
    this.#waitingBytes = 0
    if (this.#parts.sabotage.tellClosed) for (const run of this.#onClose) run()
  }

  #arrive(bytes: Buffer): void {
    if (!this.#viewerThere) return
    if (this.#body.done) this.#parts.report('bytes behind the end of the body')
    this.#body.decode(bytes)
  }

  #show(bytes: Buffer): void {
    if (!this.#viewerThere || bytes.length === 0) return
    this.#lastShown = bytes
    this.#parts.onBytes(bytes)
  }

  #endForViewer(): void {
    if (!this.#viewerThere) return
    this.#viewerThere = false
    this.#parts.clock.after(0, this.#parts.onEnd)
  }
}
