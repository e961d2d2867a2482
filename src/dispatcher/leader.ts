import type { Cancel, Clock } from '../domain/time.ts'
import { every, jittered } from '../domain/time.ts'
import { type Assignment, movedSlots } from '../placement/assignment.ts'
import { decodeAssignment, encodeAssignment } from '../placement/encoding.ts'
import { documents } from '../placement/follow.ts'
import type { RebalanceOptions } from '../placement/rebalance/options.ts'
import { rebalance } from '../placement/rebalance/rebalance.ts'
import { encodeSpreadLoads } from '../placement/spread-loads.ts'
import type { Campaign, NodeEntry, NodeRegistry, Versioned } from '../registry/registry.ts'
import type { Lifelines } from './lifelines.ts'
import { askNodes, begunAnew, type LostAssignmentParts } from './lost-assignment.ts'
import type { DispatcherMetrics } from './metrics.ts'
import { type DispatcherNews, NodeChanges, noNews, tellSpread } from './news.ts'
import { spreadLoadsOf } from './spread-loads-of.ts'
import { Unreached } from './unreached.ts'

export interface LeaderParts extends LostAssignmentParts {
  registry: NodeRegistry
  clock: Clock
  metrics: DispatcherMetrics
  /** Told what happens to the cluster while this dispatcher leads. */
  news?: DispatcherNews
  rebalance: RebalanceOptions
  paces: LeaderPaces
  /** This dispatcher's own URL, by which the candidates are told apart. */
  self: string
  report: (error: unknown) => void
  /** How it learns of dead nodes before their leases end, and of those that cannot be reached; without it, by leases alone. */
  lifelines?: (onChange: () => void) => LeaderLifelines
}

type LeaderLifelines = Pick<Lifelines, 'follow' | 'isDead' | 'isReached'>

export interface LeaderPaces {
  /** How often loads are looked at. */
  stepMs: number
  /** Nodes come and go together: one assignment for all that do so within this. */
  gatherMs: number
  /** After a move the loads tell the old story until viewers have moved and nodes have reported. */
  loadsSettleMs: number
  /**
   * For how long one who has just begun to lead, or found the registry again, waits for nodes that are missing: after
   * trouble all register anew, and the first to come back must not be given everything.
   */
  returnMs: number
}

export const defaultPaces: LeaderPaces = Object.freeze({
  stepMs: 1_000,
  gatherMs: 100,
  loadsSettleMs: 10_000,
  returnMs: 4_000,
})

/** Of all dispatchers one leads: it computes the next assignment and writes it with compare-and-set. */
export class Leader {
  readonly #parts: LeaderParts
  readonly #campaign: Campaign
  readonly #cancels: Cancel[]
  readonly #news: DispatcherNews
  readonly #changes: NodeChanges
  readonly #lifelines: LeaderLifelines | null
  readonly #unreached: Unreached
  #gathering: Cancel | null = null
  #stepping: Promise<void> | null = null
  #again = false
  /** Until then missing nodes are waited for, in `Clock.elapsed` time. */
  #trustsFrom = 0
  #wasConnected = true
  #movedAt = Number.NEGATIVE_INFINITY
  #toldSpread = false

  constructor(parts: LeaderParts) {
    this.#parts = parts
    this.#news = parts.news ?? noNews
    this.#changes = new NodeChanges(this.#news)
    this.#unreached = new Unreached(parts.clock, this.#news)
    const { registry, clock, random, paces, self } = parts
    this.#lifelines = parts.lifelines?.(() => this.#stepSoon()) ?? null
    this.#campaign = registry.campaign(self, (leads) => this.#lead(leads))
    this.#cancels = [
      registry.watchMembers(() => this.#stepSoon()),
      every(
        clock,
        () => jittered(paces.stepMs, random),
        () => this.#stepNow(),
      ),
    ]
  }

  get leading(): boolean {
    return this.#campaign.leading
  }

  /** URLs of the nodes that it has not reached for some seconds, and gives nothing. */
  get unreached(): string[] {
    return this.#unreached.urls
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    this.#gathering?.()
    this.#lifelines?.follow([])
    await this.#stepping
    await this.#campaign.resign()
  }

  #lead(leads: boolean): void {
    this.#parts.metrics.leading(leads)
    this.#news.leading(leads)
    this.#changes.forget()
    if (!leads) {
      this.#unreached.look([])
      return this.#lifelines?.follow([])
    }
    this.#waitForReturns()
    this.#stepSoon()
  }

  #waitForReturns(): void {
    this.#trustsFrom = this.#parts.clock.elapsed() + this.#parts.paces.returnMs
  }

  #stepSoon(): void {
    this.#gathering ??= this.#parts.clock.after(this.#parts.paces.gatherMs, () => {
      this.#gathering = null
      this.#stepNow()
    })
  }

  /** One step at a time; what happens meanwhile is looked at right after. */
  #stepNow(): void {
    this.#again = this.#stepping !== null
    this.#stepping ??= this.#step()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#stepping = null
        if (this.#again) this.#stepNow()
      })
  }

  /**
   * While the registry is away there is nothing new to say with every step. And it may be back before the next one, after
   * a time in which others lost their leases: but who fails again and again must not wait for ever.
   */
  #fail(error: unknown): void {
    const { registry, clock, report } = this.#parts
    if (registry.connected) report(error)
    if (clock.elapsed() >= this.#trustsFrom) this.#waitForReturns()
  }

  async #step(): Promise<void> {
    const { registry } = this.#parts
    if (registry.connected && !this.#wasConnected) this.#waitForReturns()
    this.#wasConnected = registry.connected
    if (!this.#campaign.leading || !registry.connected) return
    const nodes = this.#withoutDead(
      (await registry.nodes()).filter(({ roles }) => roles.includes('realtime')),
    )
    await this.#assign(nodes)
    await this.#tellSpreadLoads(nodes)
  }

  #withoutDead(nodes: NodeEntry[]): NodeEntry[] {
    const isDead = (url: string) => this.#lifelines?.isDead(url) ?? false
    this.#lifelines?.follow(nodes.map(({ url }) => url))
    this.#changes.look(nodes, isDead)
    return nodes.filter(({ url }) => !isDead(url))
  }

  /** A node that carries slots was reached by the leader that gave it those: this leader may be the one that is cut off. */
  #withoutUnreached(nodes: NodeEntry[], current: Assignment | null): NodeEntry[] {
    const isUsable = ({ url }: NodeEntry) =>
      (this.#lifelines?.isReached(url) ?? true) || (current?.nodes.includes(url) ?? false)
    this.#unreached.look(nodes.filter((node) => !isUsable(node)).map(({ url }) => url))
    return nodes.filter(isUsable)
  }

  async #assign(living: NodeEntry[]): Promise<void> {
    const { registry, clerk, clock, paces, metrics } = this.#parts
    const document = registry.document(documents.assignment)
    const written = await document.read()
    const found = this.#decode(written)
    const isLost = found === null || found.generation < (clerk.assignment?.generation ?? 0)
    if (isLost && !(await askNodes(this.#parts, living)) && this.#waits) return
    const current = isLost ? clerk.assignment : found
    const nodes = this.#withoutUnreached(living, current)
    if (nodes.length === 0 || this.#mayReturn(current, nodes)) return
    const loadsAreFresh = clock.elapsed() - this.#movedAt > paces.loadsSettleMs
    const next = rebalance(current, nodes, { ...this.#parts.rebalance, loadsAreFresh })
    if (next === current && !isLost) return
    if (!this.#campaign.leading) return
    const told = isLost && current ? begunAnew(next) : next
    if (!(await document.write(encodeAssignment(told), written?.version ?? null))) return metrics.overtaken()
    const moved = current === null ? 0 : movedSlots(current, next)
    if (moved > 0) this.#movedAt = clock.elapsed()
    metrics.assigned(told.generation, moved)
    if (moved > 0 || current === null) this.#news.moved(told.generation, moved, told.nodes.length)
    tellSpread(this.#news, current, told)
  }

  #decode(written: Versioned | null): Assignment | null {
    try {
      return written && decodeAssignment(written.text)
    } catch (error) {
      this.#parts.report(error)
      return null
    }
  }

  /** Whether nodes that are missing may still come back. */
  get #waits(): boolean {
    return this.#parts.clock.elapsed() < this.#trustsFrom
  }

  #mayReturn(current: Assignment | null, nodes: NodeEntry[]): boolean {
    if (current === null || !this.#waits) return false
    const alive = new Set(nodes.map(({ url }) => url))
    return current.nodes.some((url) => !alive.has(url))
  }

  async #tellSpreadLoads(nodes: NodeEntry[]): Promise<void> {
    const { registry, clerk } = this.#parts
    const loads = spreadLoadsOf(clerk.assignment, nodes)
    const has = loads.liveVideos.size > 0
    if (!has && !this.#toldSpread) return
    const document = registry.document(documents.spreadLoads)
    const written = await document.read()
    await document.write(encodeSpreadLoads(loads), written?.version ?? null)
    this.#toldSpread = has
  }
}
