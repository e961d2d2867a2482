import { hashOf } from '../../src/placement/hash.ts'
import { Timeline, type TimelineFigures } from './dispatched/timeline.ts'
import { dispatchedNow } from './modes/dispatched.ts'
import type { ModeFigures } from './modes/mode-figures.ts'
import type { Watched } from './modes/watched.ts'
import type { SimulationPlan } from './options.ts'
import type { Audience } from './world/audience.ts'

interface AtRest {
  dispatched: Omit<ModeFigures, 'registryWritesPerSecond'>
  /** The live videos at that moment: what all other modes are compared on. */
  watched: Watched
}

/** What came of one whole timeline. */
export interface Life extends AtRest {
  figures: TimelineFigures
  /** How long each next assignment took to compute. */
  computedMs: number[]
}

export function liveThrough(plan: SimulationPlan, progress: (done: number) => void): Life {
  const timeline = new Timeline(plan)
  const moments: AtRest[] = []
  const figures = timeline.run(
    () => moments.push({ dispatched: dispatchedNow(timeline.cluster), watched: watch(timeline.audience) }),
    progress,
  )
  const [atRest] = moments
  if (!atRest) throw new Error('the simulation had no moment of rest')
  return { figures, ...atRest, computedMs: timeline.cluster.computedMs }
}

function watch(audience: Audience): Watched {
  const hashes = Uint32Array.from({ length: audience.count }, (_, video) => hashOf(audience.idOf(video)))
  return { viewers: audience.viewers.slice(), hashes }
}
