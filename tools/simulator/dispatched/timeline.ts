import { encodeAssignment } from '../../../src/placement/encoding.ts'
import { defaultRebalanceOptions } from '../../../src/placement/rebalance/options.ts'
import type { SimulationPlan } from '../options.ts'
import { SeededRandom } from '../random.ts'
import { Audience } from '../world/audience.ts'
import { calendar, type Happening } from '../world/calendar.ts'
import { Cluster } from './cluster.ts'
import { Incident, type IncidentFigures } from './incident.ts'
import { Seats } from './seats.ts'
import { carriedBy, evenness } from './snapshot.ts'

/** One number per second. */
export interface Moments {
  viewers: number[]
  /** Busiest node ÷ mean, by viewers. */
  imbalance: number[]
  /** Events that reached a node where nobody sits for them, of all that reached nodes. */
  waste: number[]
  slotsMoved: number[]
  viewersMoved: number[]
  liveVideosSpread: number[]
}

export interface TimelineFigures {
  happenings: Happening[]
  moments: Moments
  incidents: IncidentFigures[]
  registryWritesPerSecond: { reports: number; documents: number }
  assignmentBytes: number
}

/** One simulated day of a cluster with a Dispatcher. */
export class Timeline {
  readonly cluster: Cluster
  readonly audience: Audience
  readonly #plan: SimulationPlan
  readonly #random: SeededRandom
  readonly #happenings: Happening[]
  readonly #incidents: Incident[] = []
  readonly #moments: Moments = {
    viewers: [],
    imbalance: [],
    waste: [],
    slotsMoved: [],
    viewersMoved: [],
    liveVideosSpread: [],
  }

  constructor(plan: SimulationPlan) {
    const { nodes, videos, viewers, mega, spreadAbove, seed, minutes } = plan
    this.#plan = plan
    this.#random = new SeededRandom(seed)
    this.#happenings = calendar(minutes * 60, nodes)
    this.audience = new Audience({ videos, viewers: viewers - mega, mega }, new SeededRandom(seed + 1))
    const options = { ...defaultRebalanceOptions, liveVideoViewersMax: spreadAbove }
    const seats = new Seats(this.audience, spreadAbove / 2)
    this.cluster = new Cluster(seats, nodes, options, new SeededRandom(seed + 2))
  }

  /** Calls `atRest` once, when the mega live video has grown and before anything is lost. */
  run(atRest: () => void, progress: (done: number) => void): TimelineFigures {
    const { cluster } = this
    const seconds = this.#plan.minutes * 60
    const firstLoss = this.#happenings.find(({ what }) => what === 'lost')?.second
    cluster.settle()
    Object.assign(cluster.registryWrites, { reports: 0, documents: 0 })
    for (let second = 1; second <= seconds; second++) {
      if (second === firstLoss) atRest()
      for (const happening of this.#happenings) if (happening.second === second) this.#happen(happening)
      this.#tick(second)
      progress(second / seconds)
    }
    const { reports, documents } = cluster.registryWrites
    return {
      happenings: this.#happenings,
      moments: this.#moments,
      incidents: this.#incidents.map(({ figures }) => figures),
      registryWritesPerSecond: { reports: reports / seconds, documents: documents / seconds },
      assignmentBytes: cluster.assignment ? encodeAssignment(cluster.assignment).length : 0,
    }
  }

  #tick(second: number): void {
    const { cluster, audience } = this
    const before = cluster.seats.owners.slice()
    audience.tick()
    const moved = cluster.tick() ?? { slots: 0, viewers: 0 }
    const { viewers, events, wasted } = carriedBy(cluster)
    this.#moments.viewers.push(sum(viewers))
    this.#moments.imbalance.push(evenness(viewers, cluster.living).ratio)
    this.#moments.waste.push(sum(wasted) / Math.max(1, sum(events)))
    this.#moments.slotsMoved.push(moved.slots)
    this.#moments.viewersMoved.push(moved.viewers)
    this.#moments.liveVideosSpread.push(cluster.seats.shared.size)
    for (const incident of this.#incidents) incident.look(second, cluster, before)
  }

  #happen(happening: Happening): void {
    const { what } = happening
    if (what === 'mega-begins') return this.audience.beginMega()
    if (what === 'mega-ends') return this.audience.endMega()
    const nodes =
      what === 'joined'
        ? Array.from({ length: happening.nodes }, () => this.cluster.join())
        : this.#pick(happening.nodes)
    this.#incidents.push(new Incident(happening, nodes, this.cluster))
    for (const node of nodes) {
      if (what === 'lost') this.cluster.lose(node)
      if (what === 'drains') this.cluster.drain(node)
    }
  }

  #pick(count: number): number[] {
    const living = this.cluster.living
    return Array.from({ length: count }, () => living.splice(this.#random.below(living.length), 1)).flat()
  }
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
