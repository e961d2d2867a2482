import type { Bus } from '../../src/bus/bus.ts'
import { CommentService } from '../../src/comments/comment-service.ts'
import { GroupCommit } from '../../src/comments/group-commit.ts'
import type { CommentsMetrics } from '../../src/comments/metrics.ts'
import { ChorusError } from '../../src/domain/errors.ts'
import type { LiveVideoEvent } from '../../src/domain/event.ts'
import type { RealtimeMetrics } from '../../src/realtime/metrics.ts'
import { pacedReader } from '../../src/realtime/paced-reader.ts'
import type { Placement } from '../../src/realtime/placement.ts'
import { RealtimeNode } from '../../src/realtime/realtime-node.ts'
import { Replays } from '../../src/realtime/replays.ts'
import type { CommentStore, EventReader } from '../../src/store/store.ts'
import type { Figures } from './figures.ts'
import type { NodeProcess } from './node-process.ts'
import { Refusal } from './simulated-bus.ts'
import { simulatedStore } from './simulated-store.ts'
import type { World } from './world.ts'

/** How an event looks on its way to a process. */
export const carryTo =
  (world: World, process: NodeProcess) =>
  (event: LiveVideoEvent): LiveVideoEvent =>
    world.sabotage.carry(watched(event, process.removed))

/** A process's connection to the logs. */
export function connectStore(world: World, process: NodeProcess): CommentStore {
  const link = {
    clock: process.network,
    random: world.random.fork(),
    weather: world.storeWeather,
    carry: carryTo(world, process),
  }
  return simulatedStore(world.logs, link)
}

/** The services as `compose.ts` puts them together, on a simulated store, bus and clock. */
export function makeComments(world: World, { clock }: NodeProcess, store: CommentStore, bus: Bus) {
  const { plan, figures } = world
  const commit = new GroupCommit(store, bus, clock, commentsMetrics(figures), plan.commit)
  const comments = new CommentService({
    commit,
    allowance: { spend: () => () => {} },
    newCommentId: world.newCommentId,
    metrics: commentsMetrics(figures),
  })
  return { commit, comments }
}

export function makeRealtime(
  world: World,
  { clock }: NodeProcess,
  store: EventReader,
  bus: Bus,
  placement: Placement,
): RealtimeNode {
  const { plan, figures, random } = world
  const { options } = plan
  const metrics = realtimeMetrics(figures)
  const reader = pacedReader(limited(store, options.readsAtOnceMax, world), options.readsAtOnceMax)
  const replays = new Replays(reader, metrics, options)
  // A store and a bus that fail now and then belong to this world; anything else that is reported is a mistake.
  const report = (error: unknown) => {
    if (!(error instanceof ChorusError || error instanceof Refusal)) world.crashed(error)
  }
  const parts = {
    reader,
    replays,
    placement,
    clock,
    random: random.fork().next,
    metrics,
    options,
    report,
  }
  return new RealtimeNode(parts, bus)
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
  gathered: () => {},
  deliveryLatency: () => {},
  slowViewer: () => figures.count('slow viewer'),
  gap: (reason) => figures.count(`gap ${reason}`),
  ringRead: () => figures.count('ring read'),
  storeRead: () => figures.count('store read'),
  repaired: (events) => figures.count('repaired', events),
  unknownEvents: (events) => figures.count('unknown events', events),
  logRestarted: () => figures.count('log restarted'),
})
