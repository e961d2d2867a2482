import type { CommentService } from '../../../src/comments/comment-service.ts'
import type { GroupCommit } from '../../../src/comments/group-commit.ts'
import { Directions } from '../../../src/compose/directions.ts'
import { placementOf } from '../../../src/compose/placing.ts'
import type { Role } from '../../../src/config/config.ts'
import { Leader } from '../../../src/dispatcher/leader.ts'
import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import type { Clerk } from '../../../src/placement/clerk.ts'
import { followAssignment } from '../../../src/placement/follow.ts'
import type { Start } from '../../../src/realtime/channel.ts'
import type { StreamTerms } from '../../../src/realtime/connection.ts'
import type { RealtimeNode } from '../../../src/realtime/realtime-node.ts'
import type { NodeLoad } from '../../../src/registry/registry.ts'
import type { NodeProcess } from '../node-process.ts'
import { RegistryAway } from '../registry/registry-link.ts'
import type { RegistryView } from '../registry/registry-view.ts'
import { connectStore, makeComments, makeRealtime } from '../services.ts'
import type { SimulatedSocket } from '../simulated-socket.ts'
import type { World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import { Membership } from './membership.ts'
import { SimulatedGateway } from './simulated-gateway.ts'
import { SimulatedLifelines } from './simulated-lifelines.ts'
import { Troubles } from './troubles.ts'

export interface ClusterNodeParts {
  world: World
  cluster: Cluster
  process: NodeProcess
  registry: RegistryView
  url: string
  roles: readonly Role[]
}

const drainMsMax = 15_000
const lookMs = 200
const lastRequestsMs = 500
const lastBytesMs = 500

/** A process of a cluster as `compose.ts` puts it together. */
export class ClusterNode {
  readonly url: string
  readonly roles: readonly Role[]
  readonly process: NodeProcess
  readonly registry: RegistryView
  readonly clerk: Clerk
  readonly realtime: RealtimeNode | null = null
  readonly comments: CommentService | null = null
  readonly gateway: SimulatedGateway | null = null
  /** Its own: whatever befalls everyone is not counted. */
  readonly troubles: Troubles
  /** It has been told to stop. */
  leaving = false
  /** It takes no requests any more. */
  stopping = false
  readonly #parts: ClusterNodeParts
  readonly #commit: GroupCommit | null = null
  readonly #directions: Directions | null = null
  #leader: Leader | null = null
  #unfollow: () => void = () => {}
  #membership: Membership | null = null

  constructor(parts: ClusterNodeParts) {
    const { world, cluster, process, registry, url, roles } = parts
    const { clock } = process
    const self = () => url
    this.#parts = parts
    this.url = url
    this.roles = roles
    this.process = process
    this.registry = registry
    this.troubles = new Troubles(world.clock)
    this.clerk = world.sabotage.makeClerk(clock, world.random.fork().next)
    cluster.history.follow(this)
    const bus = cluster.bus.connect(this)
    const store = connectStore(world, process)
    if (roles.includes('comments')) {
      const { comments, commit } = makeComments(world, process, store, bus)
      this.comments = comments
      this.#commit = commit
    }
    if (roles.includes('realtime')) {
      const placement = world.sabotage.placement(placementOf(this.clerk, self))
      this.realtime = makeRealtime(world, process, store, bus, placement)
    }
    if (roles.includes('gateway')) {
      this.#directions = new Directions({ registry, clerk: this.clerk, self, clock, alone: false })
      this.gateway = new SimulatedGateway(world, cluster, this, this.#directions)
    }
    void this.#join()
  }

  get leading(): boolean {
    return this.#leader?.leading ?? false
  }

  /** Whether it is registered, as far as it knows. */
  get joined(): boolean {
    return this.#membership !== null
  }

  /** As the stream's route does it. */
  stream(liveVideoId: LiveVideoId, socket: SimulatedSocket, start: Start, terms: StreamTerms): void {
    const { realtime } = this
    if (socket.isDown) return
    if (!realtime) throw new Error(`${this.url} has no streams`)
    if (this.stopping) return socket.end(terms.coding.encodeLast(realtime.retryLine()))
    realtime.serve(liveVideoId, socket, start, terms).catch((error) => this.#parts.world.crashed(error))
  }

  /** As `compose.ts` does it. */
  async stop(): Promise<void> {
    this.leaving = true
    await this.#drain()
    await this.#membership?.leave()
    await this.#sleep(lastRequestsMs)
    this.stopping = true
    await this.letGo()
    await this.#sleep(lastBytesMs)
    await this.registry.close()
    this.process.end()
  }

  /** Stops everything that goes on by itself. */
  async letGo(): Promise<void> {
    await this.#membership?.leave()
    this.#unfollow()
    await this.#leader?.stop()
    await this.#commit?.idle()
    this.realtime?.stop()
    this.gateway?.stop()
    this.#directions?.stop()
  }

  async #drain(): Promise<void> {
    const { realtime } = this
    await this.#membership?.drain()
    if (!realtime || !(await this.#hasOthers())) return
    for (let waitedMs = 0; realtime.viewers > 0 && waitedMs < drainMsMax; waitedMs += lookMs)
      await this.#sleep(lookMs)
  }

  async #hasOthers(): Promise<boolean> {
    const nodes = await this.registry.nodes().catch(() => [])
    return nodes.some(
      ({ url, roles, load }) => url !== this.url && roles.includes('realtime') && !load.draining,
    )
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.process.clock.after(ms, resolve))
  }

  #follow(): () => void {
    const { world, cluster, process, registry } = this.#parts
    return followAssignment({
      registry,
      clerk: this.clerk,
      clock: process.clock,
      random: world.random.fork().next,
      self: this.url,
      askPeer: (url) => cluster.ask(this, url),
      report: this.#report,
    })
  }

  #standForLead(): Leader {
    const { world, cluster, process, registry } = this.#parts
    const { paces, rebalance, lifelines } = cluster.plan
    return new Leader({
      registry,
      clerk: this.clerk,
      clock: process.clock,
      random: world.random.fork().next,
      metrics: {
        leading: (leads) => {
          world.problems.note(() => `${this.url} ${leads ? 'leads' : 'does not lead'}`)
          void this.#membership?.tell()
        },
        assigned: (_generation, slotsMoved) => world.figures.count('slots moved', slotsMoved),
        overtaken: () => world.figures.count('overtaken'),
      },
      rebalance,
      paces: world.sabotage.paces(paces),
      ...(lifelines && { lifelines: (onDeath) => new SimulatedLifelines(cluster, this, onDeath) }),
      self: this.url,
      askPeer: (url) => cluster.ask(this, url),
      report: this.#report,
    })
  }

  /** A process that finds its URL taken ends, and is started again. */
  async #join(): Promise<void> {
    const { world, cluster, process, registry, url, roles } = this.#parts
    const load = (): Partial<NodeLoad> => ({ ...this.realtime?.load(), leading: this.leading })
    try {
      const lease = await registry.join({ url, roles: [...roles] })
      this.#membership = new Membership(lease, {
        process,
        random: world.random.fork(),
        reportMs: cluster.plan.reportMs,
        load,
      })
      this.#unfollow = this.#follow()
      if (roles.includes('dispatcher')) this.#leader = this.#standForLead()
    } catch (error) {
      world.problems.note(() => `${url} could not join: ${error}`)
      process.onEnd(() => cluster.startNode(roles, url))
      process.end()
    }
  }

  readonly #report = (error: unknown): void => {
    if (!(error instanceof RegistryAway)) this.#parts.world.crashed(error)
  }
}
