import type { LiveVideoId } from '../../../src/domain/live-video.ts'
import { type Assignment, movedSlots } from '../../../src/placement/assignment.ts'
import { decodeAssignment, encodeAssignment } from '../../../src/placement/encoding.ts'
import { documents } from '../../../src/placement/follow.ts'
import { View } from '../../../src/placement/view.ts'
import type { World } from '../world.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterNode } from './cluster-node.ts'

/** An assignment that a clerk goes by, or went by until then. */
interface Followed {
  view: View
  until: number
}

/** For how long after a move a clerk names the nodes that were left as well. */
const windowMs = 15_000

/** Which assignments were written and followed, by whom and when; what must hold of them is checked as it happens. */
export class History {
  readonly #world: World
  readonly #cluster: Cluster
  readonly #followed = new Map<ClusterNode, Followed[]>()
  /** The last one that was written. */
  current: View | null = null
  /** How often one was written, and how often a clerk took one. */
  writes = 0
  changes = 0
  #changedAt = 0
  /** Events that came to a node that does not serve their live video, long after anybody could have thought so. */
  strays = 0

  constructor(world: World, cluster: Cluster) {
    this.#world = world
    this.#cluster = cluster
    cluster.server.onChange.add((topic) => {
      if (topic === `document ${documents.assignment}`) this.#written()
    })
  }

  follow(node: ClusterNode): void {
    const followed: Followed[] = []
    this.#followed.set(node, followed)
    node.process.onEnd(() => this.#followed.delete(node))
    node.clerk.onChange(() => this.#taken(node, followed))
  }

  /** The nodes that serve a live video, and those that did so within the last seconds, by what the publisher knew. */
  checkReceivers(from: ClusterNode, liveVideoId: LiveVideoId, urls: readonly string[]): void {
    const now = this.#world.clock.elapsed()
    const followed = (this.#followed.get(from) ?? []).filter(({ until }) => until > now)
    const expected = new Set(followed.flatMap(({ view }) => view.nodesOf(liveVideoId)))
    if (expected.size === urls.length && urls.every((url) => expected.has(url))) return
    const told = `${from.url} sends the events of ${liveVideoId} to [${urls}], and not to [${[...expected]}]`
    this.#world.problems.report('PL-21', told)
  }

  received({ url }: ClusterNode, liveVideoId: LiveVideoId): void {
    this.#world.figures.count('received')
    if (this.current?.nodesOf(liveVideoId).includes(url)) return
    this.#world.figures.count('received by others')
    const { delayMsMax, repeatMsMax } = this.#world.plan.bus
    const underWayMs = Math.max(delayMsMax, repeatMsMax)
    if (this.#world.clock.elapsed() > this.#changedAt + windowMs + underWayMs) this.strays++
  }

  #written(): void {
    const document = this.#cluster.server.read(documents.assignment)
    if (!document) return
    const next = decodeAssignment(document.text)
    const before = this.current?.assignment
    this.writes++
    this.#world.figures.count('assignments')
    if (before) {
      this.#world.problems.note(() => `assignment ${next.generation} moves ${movedSlots(before, next)} slots`)
      if (next.generation === before.generation + 1) this.#checkReturns(before, next)
    }
    this.current = new View(next)
  }

  /** Who lost its lease to a trouble of the registry alone, and may still come back, keeps what it has. */
  #checkReturns(before: Assignment, next: Assignment): void {
    const { cluster, world } = { cluster: this.#cluster, world: this.#world }
    const members = new Set(cluster.server.members().map(({ url }) => url))
    for (const url of before.nodes) {
      const node = cluster.at(url)
      if (members.has(url) || !node || !cluster.mayReturn(node)) continue
      const lost = slotsOf(before, url) - slotsOf(next, url)
      if (lost > 0) world.problems.report('DI-3', `${url} lost ${lost} slots before it could come back`)
    }
  }

  #taken(node: ClusterNode, followed: Followed[]): void {
    const { assignment } = node.clerk
    const last = followed.at(-1)
    if (!assignment || assignment === last?.view.assignment) return
    this.changes++
    this.#changedAt = this.#world.clock.elapsed()
    const { generation } = assignment
    this.#world.problems.note(() => `${node.url} follows assignment ${generation}`)
    const before = last?.view.assignment.generation ?? 0
    if (generation <= before)
      this.#world.problems.report('DI-9', `the clerk of ${node.url} went from ${before} to ${generation}`)
    this.#compare(node, assignment)
    if (last) last.until = this.#world.clock.elapsed() + windowMs
    followed.push({ view: new View(assignment), until: Number.POSITIVE_INFINITY })
  }

  /** One generation is one assignment, for all who go by it at the same time. */
  #compare({ url }: ClusterNode, assignment: Assignment): void {
    for (const [node, followed] of this.#followed) {
      const other = followed.at(-1)?.view.assignment
      if (!other || other === assignment || other.generation !== assignment.generation) continue
      if (encodeAssignment(other) === encodeAssignment(assignment)) continue
      const told = `${url} and ${node.url} have different assignments ${assignment.generation}`
      return this.#world.problems.report('DI-9', told)
    }
  }
}

const slotsOf = ({ nodes, slots }: Assignment, url: string): number => {
  const index = nodes.indexOf(url)
  return slots.filter((owner) => owner === index).length
}
