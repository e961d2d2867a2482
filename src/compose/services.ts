import type { Logger } from 'pino'
import { uuidv7 } from 'uuidv7'
import type { Bus } from '../bus/bus.ts'
import { CommentService } from '../comments/comment-service.ts'
import { GroupCommit } from '../comments/group-commit.ts'
import { postAllowance } from '../comments/post-limit.ts'
import type { Config } from '../config/config.ts'
import { ChorusError } from '../domain/errors.ts'
import { isFault } from '../http/errors.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { EventRate } from '../realtime/event-rate.ts'
import type { RealtimeMetrics } from '../realtime/metrics.ts'
import { defaultRealtimeOptions } from '../realtime/options.ts'
import { pacedReader } from '../realtime/paced-reader.ts'
import type { Placement } from '../realtime/placement.ts'
import { RealtimeNode } from '../realtime/realtime-node.ts'
import { Replays } from '../realtime/replays.ts'
import type { CommentStore, EventReader } from '../store/store.ts'
import { systemClock } from '../system.ts'

export function makeComments(config: Config, store: CommentStore, bus: Bus, metrics: Metrics) {
  const commit = new GroupCommit(store, bus, systemClock, metrics.comments)
  const service = new CommentService({
    commit,
    allowance: postAllowance(config.postLimit, systemClock),
    newCommentId: uuidv7,
    metrics: metrics.comments,
  })
  return { commit, service }
}

export interface RealtimeParts {
  reader: EventReader
  bus: Bus
  placement: Placement
  metrics: Metrics
  logger: Logger
}

const unknownEvents =
  'the bus brought events that the store does not have: check that all comments nodes use this CHORUS_STORE, and whether it was restored'
const logRestarted =
  'the log of a live video is not what it was (the store was restored from a backup, or failed over): its viewers were told to load it again'

export function makeRealtime({ reader: store, bus, placement, metrics, logger }: RealtimeParts) {
  const options = defaultRealtimeOptions
  const reader = pacedReader(store, options.readsAtOnceMax)
  const deliveries = new EventRate()
  const counted: RealtimeMetrics = {
    ...metrics.realtime,
    delivered(writes, events, bytes) {
      deliveries.add(systemClock.elapsed(), events)
      metrics.realtime.delivered(writes, events, bytes)
    },
    unknownEvents(events) {
      metrics.realtime.unknownEvents(events)
      logger.warn(unknownEvents)
    },
    logRestarted() {
      metrics.realtime.logRestarted()
      logger.warn(logRestarted)
    },
  }
  const replays = new Replays(reader, counted, options)
  const report = (error: unknown) => {
    if (error instanceof ChorusError && !isFault(error)) return
    logger.error({ err: causeOf(error) }, 'a stream could not be served')
  }
  const world = {
    reader,
    replays,
    placement,
    clock: systemClock,
    random: Math.random,
    metrics: counted,
    options,
    report,
  }
  const node = new RealtimeNode(world, bus)
  const load = () => ({
    ...node.load(),
    deliveriesPerSecond: Math.round(deliveries.perSecond(systemClock.elapsed())),
  })
  return { node, load }
}

/** What went wrong underneath, which the error that a client sees does not tell. */
const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause) || error
