import type { Directions } from '../../../src/compose/directions.ts'
import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import { every } from '../../../src/domain/time.ts'
import { lastWords } from '../../../src/gateway/come-back.ts'
import { defaultGatewayOptions as options } from '../../../src/gateway/options.ts'
import type { DisconnectReason } from '../../../src/protocol/disconnect.ts'
import type { SimulatedSocket } from '../simulated-socket.ts'
import type { Door, World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** Layer 7, with the real `Directions`: asks its clerk where a stream is had, and ends those that are dead. */
export class SimulatedGateway {
  readonly #world: World
  readonly #cluster: Cluster
  readonly #node: ClusterNode
  readonly #directions: Directions
  /** The streams that go through here, by node. */
  readonly #streams = new Map<ClusterNode, Set<SimulatedSocket>>()
  readonly #stopLooking: () => void = () => {}

  constructor(world: World, cluster: Cluster, node: ClusterNode, directions: Directions) {
    this.#world = world
    this.#cluster = cluster
    this.#node = node
    this.#directions = directions
    if (cluster.plan.carries)
      this.#stopLooking = every(
        node.process.clock,
        () => options.leaseLookMs,
        () => this.#endLeaseless(),
      )
    node.process.onEnd(() => this.breakOff())
  }

  /** The node that serves a live video; where there is none, the gateway itself, to say that one is to come back. */
  doorTo(liveVideoId: LiveVideoId): Door {
    const url = this.#directions.realtimeNodeFor(liveVideoId)
    const node = url === null ? null : this.#cluster.at(url)
    if (node === this.#node) return { process: node.process, stream: (...request) => node.stream(...request) }
    if (!node || this.#node.stopping || !this.#cluster.reach(this.#node, node)) return this.#comeBack()
    return {
      process: node.process,
      stream: (id, socket, ...rest) => {
        this.#carry(node, socket)
        const delayMs = this.#world.random.between(0, 5)
        node.process.network.after(delayMs, () => node.stream(id, socket, ...rest))
      },
    }
  }

  /** The streams of a node that cannot be reached any more break, and the other way round. */
  breakOff(only?: ClusterNode): void {
    for (const [node, sockets] of this.#streams)
      if (!only || node === only) for (const socket of sockets) this.#end(socket, null)
  }

  stop(): void {
    this.#stopLooking()
    for (const sockets of this.#streams.values())
      for (const socket of sockets) this.#end(socket, 'server_stopping')
  }

  #comeBack(): Door {
    return {
      process: this.#node.process,
      stream: (_id, socket, _start, terms) => {
        if (socket.isDown) return
        const words = lastWords('node_unreachable', options, this.#world.random.next)
        socket.end(terms.coding.encodeLast(words))
      },
    }
  }

  #carry(node: ClusterNode, socket: SimulatedSocket): void {
    const sockets = this.#streams.get(node) ?? new Set()
    for (const one of sockets) if (one.isDown) sockets.delete(one)
    this.#streams.set(node, sockets.add(socket))
    this.#node.process.network.after(options.streamAnswerMsMax, () => {
      if (!socket.answered) this.#end(socket, 'node_unreachable')
    })
  }

  #endLeaseless(): void {
    for (const [node, sockets] of this.#streams)
      if (!this.#directions.isLiving(node.url))
        for (const socket of sockets) this.#end(socket, 'node_unreachable')
  }

  #end(socket: SimulatedSocket, reason: DisconnectReason | null): void {
    const { random } = this.#world
    socket.cut(random.between(0, 50), reason === null ? '' : lastWords(reason, options, random.next))
  }
}
