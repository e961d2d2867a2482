import { CommentService } from '../../src/comments/comment-service.ts'
import { GroupCommit } from '../../src/comments/group-commit.ts'
import type { CommentsMetrics } from '../../src/comments/metrics.ts'
import { ChorusError } from '../../src/domain/errors.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { Start } from '../../src/realtime/channel.ts'
import type { RealtimeMetrics } from '../../src/realtime/metrics.ts'
import { anywhere } from '../../src/realtime/placement.ts'
import { RealtimeNode } from '../../src/realtime/realtime-node.ts'
import { Replays } from '../../src/realtime/replays.ts'
import type { ViewerSocket } from '../../src/realtime/viewer-socket.ts'
import type { EventReader } from '../../src/store/store.ts'
import type { Figures } from './figures.ts'
import { NodeProcess } from './node-process.ts'
import { Refusal } from './simulated-bus.ts'
import { simulatedStore } from './simulated-store.ts'
import type { World } from './world.ts'

/** A process as `compose.ts` puts it together, on a simulated store, bus and clock. */
export class SimulatedNode {
  readonly process: NodeProcess
  readonly realtime: RealtimeNode
  readonly comments: CommentService
  readonly commit: GroupCommit
  stopping = false
  readonly #world: World

  constructor(name: string, world: World) {
    const { plan, figures, random } = world
    this.#world = world
    this.process = new NodeProcess(name, world.clock)
    const { clock, network } = this.process
    const carry = (event: LiveVideoEvent) => world.sabotage.carry(watched(event, this.process.removed))
    const link = { clock: network, random: random.fork(), weather: world.storeWeather, carry }
    const store = simulatedStore(world.logs, link)
    const bus = world.bus.connect(this.process, carry)
    this.commit = new GroupCommit(store, bus, clock, commentsMetrics(figures), plan.commit)
    this.comments = new CommentService({
      commit: this.commit,
      allowance: { spend: async () => {}, giveBack: async () => {} },
      newCommentId: world.newCommentId,
      clock,
      metrics: commentsMetrics(figures),
    })
    const metrics = realtimeMetrics(figures)
    const { options } = plan
    const replays = new Replays(limited(store, options.replaysMax, world), metrics, options)
    // A store and a bus that fail now and then belong to this world; anything else that is reported is a mistake.
    const report = (error: unknown) => {
      if (!(error instanceof ChorusError || error instanceof Refusal)) world.crashed(error)
    }
    const realtime = {
      reader: store,
      replays,
      placement: anywhere,
      clock,
      random: random.fork().next,
      metrics,
      options,
      report,
    }
    this.realtime = new RealtimeNode(realtime, bus)
  }

  /** As the stream's route does it. */
  stream(liveVideoId: LiveVideoId, socket: ViewerSocket, start: Start, expiresAt: number | null): void {
    if (this.stopping) {
      socket.write(this.realtime.retryLine())
      return socket.end()
    }
    this.realtime.serve(liveVideoId, socket, start, expiresAt).catch((error) => this.#world.crashed(error))
  }

  /** As `compose.ts` does it; viewers who read slowly have `graceMs` to read the end. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true
    await this.commit.idle()
    this.realtime.stop()
    this.#world.clock.after(graceMs, () => this.process.end())
  }
}

/**
 * Notes when a process accepts the removal of a comment: `commentSeq` is asked for by the tail alone, at the moment
 * when it erases the comment from its ring.
 */
function watched(event: LiveVideoEvent, removed: Set<string>): LiveVideoEvent {
  if (event.type !== 'comment.removed') return event
  const { commentSeq, epoch } = event
  return Object.defineProperty({ ...event }, 'commentSeq', {
    enumerable: true,
    get() {
      removed.add(`${epoch}:${commentSeq}`)
      return commentSeq
    },
  })
}

/** Watches that no more than `max` pages are read at a time. */
function limited(reader: EventReader, max: number, world: World): EventReader {
  let reading = 0
  return {
    ...reader,
    readEvents: async (...args) => {
      if (++reading > max) world.problems.report('RT-3', `${reading} pages read at a time, ${max} allowed`)
      try {
        return await reader.readEvents(...args)
      } finally {
        reading--
      }
    },
  }
}

const commentsMetrics = (figures: Figures): CommentsMetrics => ({
  committed: (commands) => figures.highest('largest batch', commands),
  commented: (result) => figures.count(`comment ${result}`),
})

const realtimeMetrics = (figures: Figures): RealtimeMetrics => ({
  viewersChanged: () => {},
  resumed: (result) => figures.count(`resume ${result}`),
  delivered: (_frames, events) => figures.count('delivered', events),
  deliveryLatency: () => {},
  slowViewer: () => figures.count('slow viewer'),
  gap: (reason) => figures.count(`gap ${reason}`),
  ringRead: () => figures.count('ring read'),
  storeRead: () => figures.count('store read'),
  repaired: (events) => figures.count('repaired', events),
})
