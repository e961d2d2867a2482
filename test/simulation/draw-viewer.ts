import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { Position } from '../../src/domain/position.ts'
import type { Rate } from '../../src/realtime/rate.ts'
import type { Pace } from './simulated-socket.ts'
import type { World } from './world.ts'

export interface ViewerPlan {
  name: string
  liveVideoId: LiveVideoId
  history: number
  pace: Pace
  /** Where it says it was; a fresh viewer says nothing. */
  from: Position | null
  /** What it does when it is told that the log is another one: reads on, or loads everything again. */
  onReset: 'read on' | 'load again'
  /** How long its token lasts; null: it has none. */
  tokenMs: number | null
  rate: Rate
  /** Whose comments are its own; null: nobody's. */
  authorId: string | null
}

export function drawViewer(world: World, name: string): ViewerPlan {
  const { random, plan } = world
  const liveVideoId = random.pick(plan.liveVideos)
  return {
    name,
    liveVideoId,
    history: random.pick([0, 0, 1, 5, 50]),
    pace: drawPace(world),
    from: random.chance(plan.strangers) ? foreignPosition(world, liveVideoId) : null,
    onReset: random.pick(['read on', 'load again']),
    tokenMs: random.chance(0.1) ? random.between(500, 5_000) : null,
    ...drawRate(world),
  }
}

/** Draws nothing where nobody asks for a rate. */
function drawRate({ random, plan }: World): Pick<ViewerPlan, 'rate' | 'authorId'> {
  if (plan.rated === 0 || !random.chance(plan.rated)) return { rate: 'all', authorId: null }
  const authorId = random.chance(0.4) ? `author${random.integer(1, plan.authors)}` : null
  return { rate: random.pick(['auto', 0.5, 1, 2, 10, 50] as const), authorId }
}

function drawPace({ random, plan }: World): Pace {
  if (random.chance(0.5 * (1 - plan.slow))) return null
  const slow = random.chance(plan.slow)
  return slow
    ? { bytesPerRead: random.pick([40, 300, 1_000]), intervalMs: random.pick([5, 50, 200]) }
    : { bytesPerRead: 1_000_000, intervalMs: random.pick([1, 20]) }
}

/** From a log that is gone, of another live video, or from beyond the end. */
function foreignPosition({ random, logs }: World, liveVideoId: LiveVideoId): Position {
  const own = logs.current(liveVideoId).epoch
  return random.chance(0.5) ? { epoch: 'gone0', seq: random.integer(0, 40) } : { epoch: own, seq: 1_000_000 }
}
