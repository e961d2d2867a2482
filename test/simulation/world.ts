import type { LiveVideoId } from '../../src/domain/live-video.ts'
import type { Start } from '../../src/realtime/channel.ts'
import type { StreamTerms } from '../../src/realtime/connection.ts'
import { Cluster } from './cluster/cluster.ts'
import type { ViewerPlan } from './draw-viewer.ts'
import { EventLogs } from './event-logs.ts'
import { Figures } from './figures.ts'
import type { NodeProcess } from './node-process.ts'
import type { Plan } from './plan.ts'
import { Problems } from './problems.ts'
import { SeededRandom } from './random.ts'
import type { Sabotage } from './sabotage.ts'
import { SimulatedAuthors } from './simulated-authors.ts'
import { SimulatedBus } from './simulated-bus.ts'
import { SimulatedNode } from './simulated-node.ts'
import type { SimulatedSocket } from './simulated-socket.ts'
import { SimulatedViewer } from './simulated-viewer.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Where a viewer's request for a stream goes. */
export interface Door {
  process: NodeProcess
  stream(liveVideoId: LiveVideoId, socket: SimulatedSocket, start: Start, terms: StreamTerms): void
}
/** Where an author's requests go. */
export type CommentsDoor = Pick<SimulatedNode, 'process' | 'comments' | 'stopping'>

/** Everything there is in one simulated world. */
export class World {
  readonly plan: Plan
  readonly sabotage: Sabotage
  readonly problems: Problems
  readonly figures = new Figures()
  readonly random: SeededRandom
  readonly clock: VirtualClock
  readonly logs: EventLogs
  readonly bus: SimulatedBus
  readonly authors: SimulatedAuthors
  readonly viewers: SimulatedViewer[] = []
  /** Those that live, in the order of their start. */
  nodes: SimulatedNode[] = []
  /** Its own copy: a store that heals does so for every node. */
  readonly storeWeather: Plan['store']
  /** Null where nodes know of no others. */
  readonly cluster: Cluster | null
  #names = 0

  constructor(plan: Plan, sabotage: Sabotage, tracing: boolean) {
    this.plan = plan
    this.sabotage = sabotage
    this.problems = new Problems(tracing)
    // Not the numbers that the plan was drawn with.
    this.random = new SeededRandom(~plan.seed)
    this.clock = new VirtualClock((error) => this.crashed(error))
    this.problems.clock = this.clock
    this.logs = new EventLogs(() => `log${this.#names++}`, sabotage.command)
    this.storeWeather = { ...plan.store }
    this.bus = new SimulatedBus(this.random.fork(), plan.bus)
    this.authors = new SimulatedAuthors(this)
    this.cluster = plan.cluster && new Cluster(this, plan.cluster)
  }

  readonly newCommentId = (): string => `c${this.#names++}`

  /** What would have been an uncaught exception. */
  crashed(error: unknown): void {
    this.problems.report('RT-18', `thrown: ${error instanceof Error ? error.stack : error}`)
  }

  startNode(): SimulatedNode {
    const node = new SimulatedNode(`node${this.#names++}`, this)
    this.nodes.push(node)
    node.process.onEnd(() => {
      this.nodes = this.nodes.filter((one) => one !== node)
    })
    this.problems.note(() => `${node.process.name} starts`)
    return node
  }

  addViewer(plan: ViewerPlan): SimulatedViewer {
    const viewer = new SimulatedViewer(plan, this)
    this.viewers.push(viewer)
    return viewer
  }

  /** Null while nobody is there. */
  doorTo(liveVideoId: LiveVideoId): Door | null {
    return this.cluster ? this.cluster.doorTo(liveVideoId) : this.pickNode()
  }

  commentsDoor(): CommentsDoor | null {
    return this.cluster ? this.cluster.commentsDoor() : this.pickNode()
  }

  /** Any that lives. */
  pickNode(): SimulatedNode | null {
    return this.nodes.length === 0 ? null : this.random.pick(this.nodes)
  }
}
