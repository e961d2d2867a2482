import { type ClusterFocus, clusterBend } from './cluster/cluster-focus.ts'
import type { Plan } from './plan.ts'
import type { SeededRandom } from './random.ts'

/** What a world is mostly about; every check is made in all of them. */
export type Focus =
  | 'mixed'
  | 'joining'
  | 'resuming'
  | 'lossy-bus'
  | 'slow-viewers'
  | 'new-epochs'
  | 'restores'
  | 'gaps'
  | 'authors'
  | 'removals'
  | 'rates'
  | 'clocks'
  | ClusterFocus

/** What makes a plan one of its focus. */
export const bend: Record<Focus, (plan: Plan, random: SeededRandom) => Partial<Plan>> = {
  mixed: (plan, random) => ({
    ...(random.chance(0.06) && crowd(plan, random)),
    rated: random.pick([0, 0, 0.3]),
    options: { ...plan.options, sampleHoldMsMax: drawSampleHold(random) },
  }),

  joining: ({ store, options }, random) => ({
    viewers: random.integer(5, 15),
    actions: 60,
    loadMs: random.pick([200, 1_000, 3_000]),
    writeMs: random.pick([0, 1, 5]),
    store: { ...store, latencyMsMax: random.pick([0, 2, 50]) },
    options: { ...options, gatherMsMax: 100 },
  }),

  resuming: ({ options }, random) => ({
    mishapsMax: 6,
    options: { ...options, retryMs: random.pick([0, 200]) },
  }),

  'lossy-bus': ({ bus }, random) => ({
    bus: { ...bus, delayMsMax: 300, losses: random.pick([0.1, 0.5, 1]), repeats: 0.5, strays: 0.3 },
  }),

  'slow-viewers': (_plan, random) => ({
    slow: 0.7,
    frozen: 0.3,
    actions: 60,
    textMax: random.pick([60, 1_000, 3_000]),
  }),

  'new-epochs': ({ options }, random) => ({
    newEpochs: random.integer(1, 3),
    strangers: 0.3,
    mishapsMax: 4,
    writeMs: random.pick([0, 1, 5]),
    options: { ...options, headCheckMs: 300 },
  }),

  restores: ({ options }, random) => ({
    restores: random.integer(1, 3),
    newEpochs: 0,
    removals: 0,
    actions: 60,
    mishapsMax: 4,
    writeMs: random.pick([0, 1, 5]),
    options: { ...options, headCheckMs: 300 },
  }),

  gaps: ({ options }, random) => ({
    slow: 0.5,
    actions: 60,
    mishapsMax: 4,
    highWaterMark: 0,
    options: {
      ...options,
      ringEventsMax: random.integer(1, 4),
      replayEventsMax: random.integer(0, 8),
      outboxBytesMax: random.pick([0, 200, 1_000]),
    },
  }),

  authors: (_plan, random) => ({ authors: 6, actions: 90, viewers: 2, crashes: random.integer(0, 3) }),

  removals: ({ options }, random) => ({
    removals: 0.45,
    actions: 60,
    mishapsMax: 3,
    writeMs: random.pick([0, 1, 5]),
    options: { ...options, ringEventsMax: random.pick([1, 2, 5, 64]), gatherMsMax: 100 },
  }),

  clocks: (_plan, random) => ({
    clockJumps: random.integer(1, 6),
    nodes: random.integer(1, 3),
    authors: random.integer(1, 4),
    actions: 60,
    mishapsMax: 3,
    rated: random.pick([0, 0.5]),
  }),

  rates: ({ options }, random) => ({
    rated: 0.8,
    viewers: random.integer(3, 8),
    authors: random.integer(1, 6),
    actions: random.pick([60, 200, 400]),
    loadMs: random.pick([1_000, 3_000, 10_000]),
    removals: random.pick([0.02, 0.15]),
    options: {
      ...options,
      ringEventsMax: random.pick([5, 64, 1_024]),
      sampleHoldMsMax: drawSampleHold(random),
    },
  }),

  ...clusterBend,
}

const drawSampleHold = (random: SeededRandom): number => random.pick([0, 300, 2_000])

export const focuses = Object.keys(bend) as Focus[]

/** So many viewers, and writes so slow, that fan-out has to let others have a turn. */
const crowd = ({ liveVideos }: Plan, random: SeededRandom): Partial<Plan> => ({
  liveVideos: liveVideos.slice(0, 1),
  nodes: 1,
  viewers: random.integer(40, 70),
  actions: 25,
  mishapsMax: 1,
  writeMs: random.pick([0.1, 1]),
})
