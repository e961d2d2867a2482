import type { LiveVideoEvent } from '../../src/domain/event.ts'
import { type Position, parsePosition } from '../../src/domain/position.ts'
import type { Cancel } from '../../src/domain/time.ts'
import { plainChunks } from '../../src/realtime/body-coding.ts'
import type { ViewerPlan } from './draw-viewer.ts'
import { readEventStream } from './event-stream.ts'
import type { NodeProcess } from './node-process.ts'
import { type Pace, SimulatedSocket } from './simulated-socket.ts'
import { inspectWrites } from './socket-checks.ts'
import { Transcript } from './transcript.ts'
import type { Door, World } from './world.ts'

/** A browser that watches: an EventSource, with a person before it who comes and goes. */
export class SimulatedViewer {
  readonly plan: ViewerPlan
  readonly transcript: Transcript
  readonly #world: World
  #socket: SimulatedSocket | null = null
  #pace: Pace
  #tokenMs: number | null
  #wasSlow = false
  #lastEventId = ''
  #retryMs = 1_000
  #connections = 0
  #away = true
  #frozen = false
  #cancelReturn: Cancel = () => {}

  constructor(plan: ViewerPlan, world: World) {
    this.plan = plan
    this.#pace = plan.pace
    this.#tokenMs = plan.tokenMs
    this.#world = world
    if (plan.from) this.#lastEventId = `${plan.from.epoch}:${plan.from.seq}`
    this.transcript = new Transcript(
      {
        liveVideoId: plan.liveVideoId,
        logs: world.logs,
        history: plan.history,
        report: (rule, what) => world.problems.report(rule, `${plan.name}: ${what}`),
        mayLeaveOut: (reason, cursor) => this.#mayLeaveOut(reason, cursor),
        isSampled: (event) => this.#isSampled(event),
      },
      plan.from,
    )
  }

  /** It stopped reading for good: nothing is promised to it any more. */
  get frozen(): boolean {
    return this.#frozen
  }

  come(): void {
    if (!this.#away || this.#frozen) return
    this.#away = false
    this.#connect()
  }

  /** Keeps its place: it resumes from it when it comes again. */
  leave(): void {
    this.#away = true
    this.#cancelReturn()
    this.#socket?.hangUp(this.#noticeMs())
    this.#socket = null
  }

  /** The page is loaded again. */
  reload(): void {
    if (this.#frozen) return
    this.leave()
    this.#forget()
    this.come()
  }

  loseConnection(): void {
    this.#socket?.cut(this.#noticeMs())
  }

  stopReading(): void {
    this.#socket?.pause()
  }

  readOn(): void {
    if (!this.#frozen) this.#socket?.goOn()
  }

  /** From here on the network is a good one, and its token lasts. */
  settle(): void {
    this.#tokenMs = null
    this.#pace = this.#pace && { bytesPerRead: 10_000, intervalMs: 10 }
    if (this.#pace) this.#socket?.changePace(this.#pace)
  }

  /** How often it has connected. */
  get connections(): number {
    return this.#connections
  }

  /** Whose stream it has; null: it has none right now. */
  get servedBy(): NodeProcess | null {
    return this.#socket && !this.#socket.isDown ? this.#socket.process : null
  }

  /** Whether bytes wait for it beyond the outbox that it will never read. */
  get stalled(): boolean {
    const waiting = this.#socket?.closed === false ? this.#socket.waitingBytes : 0
    return this.#frozen && waiting > this.#world.plan.options.outboxBytesMax
  }

  freeze(): void {
    if (!this.#socket) return
    this.#frozen = true
    this.#socket.pause()
  }

  #forget(): void {
    this.#lastEventId = ''
    this.transcript.startAnew()
  }

  #noticeMs = () => this.#world.random.between(0, this.#world.plan.noticeMsMax)

  #connect(): void {
    const door = this.#world.doorTo(this.plan.liveVideoId)
    if (!door) return this.#comeBack()
    this.#connections++
    this.transcript.connected()
    const socket = this.#open(door)
    this.#socket = socket
    this.#note(() => `connects to ${door.process.name} from "${this.#lastEventId}"`)
    this.#world.clock.after(this.#world.random.between(0, 5), () => this.#request(door, socket))
  }

  #request(door: Door, socket: SimulatedSocket): void {
    const { history, liveVideoId, rate, authorId } = this.plan
    const tokenMs = this.#tokenMs
    if (socket.closed || this.#socket !== socket) return socket.cut(0)
    const expiresAt = tokenMs === null ? null : this.#world.clock.now() + tokenMs
    const id = this.#lastEventId
    const start = id
      ? { kind: 'resume' as const, position: parsePosition(id) }
      : { kind: 'history' as const, comments: history }
    // Nothing is drawn for it, so that the pinned seeds mean what they meant.
    const quickHeartbeats = history === 0
    door.stream(liveVideoId, socket, start, {
      rate,
      coding: plainChunks,
      expiresAt,
      authorId,
      quickHeartbeats,
    })
  }

  #open({ process }: Door): SimulatedSocket {
    const { plan, clock, random, problems, sabotage } = this.#world
    this.#wasSlow = false
    const inspect = inspectWrites(this.#world, process, this.plan.authorId)
    const socket: SimulatedSocket = new SimulatedSocket({
      clock,
      random: random.fork(),
      process,
      pace: this.#pace,
      highWaterMark: plan.highWaterMark,
      writeMs: plan.writeMs,
      sabotage,
      inspect: (bytes, of) => {
        if (of.waitingBytes + bytes.length > plan.options.outboxBytesMax) this.#wasSlow = true
        return inspect(bytes, of)
      },
      onBytes: readEventStream({
        onPosition: (id) => this.#move(id),
        onEvent: (id, name, data) => this.#receive(id, name, data),
        onRetry: (retryMs) => {
          this.#retryMs = retryMs
        },
      }),
      onEnd: () => {
        if (this.#socket === socket) this.#comeBack()
      },
      report: (what) => problems.report('RT-18', `${this.plan.name}: ${what}`),
    })
    return socket
  }

  #comeBack(): void {
    this.#note(() => 'lost its connection')
    this.#socket = null
    if (this.#frozen) return
    const waitMs = this.#retryMs + this.#world.random.between(0, 10)
    this.#cancelReturn = this.#world.clock.after(waitMs, () => this.#connect())
  }

  #move(id: string): void {
    this.#note(() => `is at ${id}`)
    this.transcript.position(id)
    this.#lastEventId = id
  }

  #receive(id: string | undefined, name: string | undefined, data: string): void {
    this.#note(() => `reads ${id ?? ''} ${name} ${data.slice(0, 90)}`)
    if (name === 'gap' && data.includes('"rate"')) this.#world.figures.count('gap rate')
    if (id === undefined) this.transcript.notice(name, data)
    else this.transcript.event(id, name, data)
    if (id !== undefined) this.#lastEventId = id
    if (name === 'reset' && this.plan.onReset === 'load again')
      this.#world.clock.after(0, () => !this.#away && this.reload())
  }

  #mayLeaveOut(reason: string, cursor: Position): boolean {
    if (reason === 'slow_viewer') return this.#wasSlow
    const { logs, plan } = this.#world
    // The node may not know yet that the log is another one.
    const own = logs.branchesOf(cursor.epoch)
    const possible = own.length > 0 ? own : logs.generations(this.plan.liveVideoId)
    return possible.some(({ events }) => events.length - cursor.seq > plan.options.replayEventsMax)
  }

  /** Everything else comes at any rate. */
  #isSampled(event: LiveVideoEvent): boolean {
    if (this.plan.rate === 'all' || event.type !== 'comment.created') return false
    const { id, role } = event.comment.author
    return role === undefined && id !== this.plan.authorId
  }

  #note(line: () => string): void {
    this.#world.problems.note(() => `${this.plan.name} ${line()}`)
  }
}
