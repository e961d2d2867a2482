import type { Role } from '../../../src/config/config.ts'
import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import type { Assignment } from '../../../src/placement/assignment.ts'
import { documents } from '../../../src/placement/follow.ts'
import { NodeProcess } from '../node-process.ts'
import { RegistryServer } from '../registry/registry-server.ts'
import { RegistryView } from '../registry/registry-view.ts'
import type { CommentsDoor, Door, World } from '../world.ts'
import { ClusterNode } from './cluster-node.ts'
import type { ClusterPlan } from './cluster-plan.ts'
import { History } from './history.ts'
import { SimulatedDispatchedBus } from './simulated-dispatched-bus.ts'
import { Troubles } from './troubles.ts'

/** How long a node waits for another one's answer. */
const askMsMax = 1_000

/** Many nodes, the registry through which they know of each other, and the network between them. */
export class Cluster {
  readonly plan: ClusterPlan
  readonly server: RegistryServer
  readonly history: History
  readonly bus: SimulatedDispatchedBus
  /** Of the registry, for everyone. */
  readonly troubles: Troubles
  /** Those that run, in the order of their start. */
  nodes: ClusterNode[] = []
  /** Nodes that reach no other, and are reached by none. */
  readonly isolated = new Set<ClusterNode>()
  /** Told once, of the next leader that reads the assignment. */
  onNextRead: ((node: ClusterNode) => void) | null = null
  readonly #world: World
  #urls = 0

  constructor(world: World, plan: ClusterPlan) {
    const { clock, sabotage } = world
    this.plan = plan
    this.#world = world
    this.server = new RegistryServer(clock, plan.registry.leaseMs, sabotage.ignoreVersions)
    this.history = new History(world, this)
    this.bus = new SimulatedDispatchedBus(world, this)
    this.troubles = new Troubles(clock)
  }

  /** Starts a process; it runs once it has found the registry. */
  startNode(roles: readonly Role[], url = `http://node${++this.#urls}:1`): void {
    const { clock, random, problems } = this.#world
    const process = new NodeProcess(new URL(url).hostname, clock)
    const registry = new RegistryView({
      server: this.server,
      process,
      clock,
      random: random.fork(),
      weather: this.plan.registry,
      onRead: (name) => this.#onRead(process, name),
    })
    problems.note(() => `${url} starts: ${roles}`)
    void registry.link.opened.then(() => {
      const node = new ClusterNode({ world: this.#world, cluster: this, process, registry, url, roles })
      this.nodes.push(node)
      process.onEnd(() => {
        problems.note(() => `${url} is gone`)
        this.nodes = this.nodes.filter((one) => one !== node)
      })
    })
  }

  /** Who listens there. */
  at(url: string): ClusterNode | null {
    return this.nodes.find((node) => node.url === url) ?? null
  }

  nodeOf(process: NodeProcess): ClusterNode | null {
    return this.nodes.find((node) => node.process === process) ?? null
  }

  reach(one: ClusterNode, other: ClusterNode): boolean {
    return one === other || !(this.isolated.has(one) || this.isolated.has(other))
  }

  isolate(node: ClusterNode): void {
    this.isolated.add(node)
    node.gateway?.breakOff()
    for (const { gateway } of this.nodes) gateway?.breakOff(node)
  }

  /** A load balancer before the gateways finds one that answers. */
  doorTo(liveVideoId: LiveVideoId): Door | null {
    const gateways = this.nodes.filter(({ gateway, process }) => gateway && !process.frozen)
    const node = gateways.length === 0 ? null : this.#world.random.pick(gateways)
    return node?.gateway?.doorTo(liveVideoId) ?? null
  }

  commentsDoor(): CommentsDoor | null {
    const nodes = this.nodes.filter(({ comments, stopping }) => comments && !stopping)
    const node = nodes.length === 0 ? null : this.#world.random.pick(nodes)
    return node?.comments ? { process: node.process, comments: node.comments, stopping: false } : null
  }

  /** How one node asks another for the assignment that it knows. */
  ask(from: ClusterNode, url: string): Promise<Assignment | null> {
    const peer = this.at(url)
    const delayMs = () => this.#world.random.between(0, 20)
    return new Promise((resolve, reject) => {
      const late = from.process.network.after(askMsMax, () => reject(new Error('no answer')))
      if (!peer || !this.#world.sabotage.askPeers) return
      peer.process.network.after(delayMs(), () => {
        if (!this.reach(from, peer)) return
        const { assignment } = peer.clerk
        from.process.network.after(delayMs(), () => {
          late()
          resolve(assignment)
        })
      })
    })
  }

  /** Whether a node that holds no lease right now is there all the same, and is about to have one again. */
  mayReturn(node: ClusterNode): boolean {
    const { leaseMs, reconnectMsMax, latencyMsMax } = this.plan.registry
    if (!node.joined || node.leaving || node.troubles.recent(leaseMs + 2 * reconnectMsMax + 4 * latencyMsMax))
      return false
    return this.troubles.recent(leaseMs)
  }

  #onRead(process: NodeProcess, name: string): void {
    const node = this.nodeOf(process)
    if (name !== documents.assignment || !node) return
    this.onNextRead?.(node)
    this.onNextRead = null
  }
}
