import { defaultGroupCommitOptions, type GroupCommitOptions } from '../../src/comments/group-commit.ts'
import type { RealtimeOptions } from '../../src/realtime/options.ts'
import type { ClusterPlan } from './cluster/cluster-plan.ts'
import { bend, type Focus } from './focus.ts'
import { SeededRandom } from './random.ts'
import type { BusWeather } from './simulated-bus.ts'
import type { StoreWeather } from './simulated-store.ts'

/** Everything that a seed decides before the world begins. */
export interface Plan {
  seed: number
  focus: Focus
  nodes: number
  liveVideos: string[]
  viewers: number
  authors: number
  /** What authors and moderators do, spread over `loadMs` in bursts. */
  actions: number
  loadMs: number
  /** What befalls one viewer, at most. */
  mishapsMax: number
  /** The share of viewers who read slowly, and of those who stop reading for good. */
  slow: number
  frozen: number
  /** The share of viewers who come with a position that no log has. */
  strangers: number
  /** The share of viewers who are shown a sample, or leave it to the node. */
  rated: number
  /** The share of actions that remove a comment. */
  removals: number
  crashes: number
  stops: number
  newEpochs: number
  /** How often the store loses the newest events of a live video, and goes on with others. */
  restores: number
  /** How often a node's clock is set, an hour back or forward. */
  clockJumps: number
  textMax: number
  /** What one write to a viewer costs the node, in milliseconds. */
  writeMs: number
  /** How long a node takes to notice that a viewer is gone. */
  noticeMsMax: number
  highWaterMark: number
  store: StoreWeather
  bus: BusWeather
  commit: GroupCommitOptions
  options: RealtimeOptions
  /** Null: nodes that know of no others. */
  cluster: ClusterPlan | null
}

export function drawPlan(seed: number, focus: Focus): Plan {
  const random = new SeededRandom(seed)
  const options = drawOptions(random)
  const plan: Plan = {
    seed,
    focus,
    nodes: random.pick([1, 1, 1, 2, 3]),
    liveVideos: ['a', 'b', 'c'].slice(0, random.pick([1, 1, 2, 3])),
    viewers: random.integer(1, 8),
    authors: random.integer(1, 4),
    actions: random.pick([5, 20, 40, 60]),
    loadMs: random.pick([500, 3_000, 10_000, 30_000]),
    mishapsMax: random.integer(0, 3),
    slow: random.pick([0, 0, 0.3, 0.8]),
    frozen: random.pick([0, 0, 0, 0.2]),
    strangers: random.pick([0, 0, 0.1]),
    rated: 0,
    removals: 0.15,
    crashes: random.pick([0, 0, 1, 2]),
    stops: random.pick([0, 0, 0, 1]),
    newEpochs: random.pick([0, 0, 0, 0, 1]),
    restores: 0,
    clockJumps: 0,
    textMax: random.pick([10, 60, 60, 1_000]),
    writeMs: random.pick([0, 0, 0, 0.3, 3]),
    noticeMsMax: random.pick([0, 10, 5_000]),
    highWaterMark: random.integer(0, options.outboxBytesMax),
    store: drawStore(random),
    bus: drawBus(random),
    commit: {
      batchMax: random.pick([1, 3, 500]),
      waitingMax: random.pick([2, 10_000, 10_000]),
      authorWaitingMax: 1_000,
      patience: defaultGroupCommitOptions.patience,
    },
    options,
    cluster: null,
  }
  return { ...plan, ...bend[focus](plan, random) }
}

function drawOptions(random: SeededRandom): RealtimeOptions {
  return {
    ringEventsMax: random.pick([1, 2, 3, 5, 8, 16, 64]),
    ringBytesMax: random.pick([1, 500, 3_000, 1_000_000, 1_000_000]),
    outboxBytesMax: random.pick([0, 200, 1_000, 5_000, 100_000]),
    frameBytesMax: random.pick([1, 400, 3_000, 65_536]),
    stallMs: random.pick([1_000, 5_000]),
    gatherMsMax: random.pick([0, 10, 100]),
    sampleHoldMsMax: 2_000,
    extendMs: 0,
    sliceMs: random.pick([0, 1, 4]),
    lingerMs: random.pick([0, 100, 2_000, 10_000]),
    heartbeatMs: random.pick([1_000, 5_000, 10_000]),
    quickHeartbeatMs: 2_000,
    headCheckMs: random.pick([300, 1_000, 5_000]),
    repairDelayMs: random.pick([1, 20, 50]),
    repairRetryMs: random.pick([50, 1_000]),
    earlyEventsMax: random.pick([1, 2, 10, 1_000]),
    replayPageEvents: random.pick([1, 2, 5, 50, 200]),
    readsAtOnceMax: random.pick([1, 2, 8]),
    replayEventsMax: random.pick([0, 5, 20, 10_000, 10_000]),
    eventsAfterGap: random.pick([0, 1, 5, 50]),
    retryMs: random.pick([0, 200, 2_000]),
    moveMs: 5_000,
    strayMs: 2_000,
    moveRetryMs: 300,
  }
}

const drawStore = (random: SeededRandom): StoreWeather => ({
  latencyMsMax: random.pick([0, 2, 2, 50, 500]),
  failures: random.pick([0, 0, 0, 0.05, 0.3]),
  replyTurnMs: random.pick([0, 0, 5, 50]),
})

const drawBus = (random: SeededRandom): BusWeather => ({
  sameTurn: random.chance(0.4),
  delayMsMax: random.pick([0, 1, 20, 500]),
  losses: random.pick([0, 0, 0.02, 0.3, 1]),
  repeats: random.pick([0, 0, 0.3]),
  repeatMsMax: random.pick([10, 5_000]),
  strays: random.pick([0, 0.2]),
  refusals: random.pick([0, 0, 0, 0.1]),
})
