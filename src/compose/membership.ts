import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { every, jittered } from '../domain/time.ts'
import type { ClusterDescription } from '../registry/cluster-description.ts'
import { type Lease, type NodeLoad, type NodeRegistry, noLoad } from '../registry/registry.ts'
import { systemClock } from '../system.ts'
import { reportStrangers, requireSameCluster } from './cluster-check.ts'

const reportMs = 2_000

export interface MembershipParts {
  config: Config
  registry: NodeRegistry
  /** Where this node is reached. */
  self: string
  /** What it carries right now; asked before each report. */
  load: () => Partial<NodeLoad>
  logger: Logger
  cluster: ClusterDescription
}

/** This node among the others: it joins, says what it carries, and leaves. */
export class Membership {
  readonly #parts: MembershipParts
  readonly #lease: Lease
  readonly #stopReports: () => void
  readonly #stopWatching: () => void
  #draining = false
  #wasHeld = false
  #toldHeld = true

  private constructor(parts: MembershipParts, lease: Lease) {
    this.#parts = parts
    this.#lease = lease
    this.#stopWatching = reportStrangers(parts, parts.cluster)
    this.#stopReports = every(
      systemClock,
      () => jittered(reportMs, Math.random),
      () => this.tell(),
    )
  }

  /** @throws Error when another living node has this URL, or those that are there use another store or bus */
  static async join(parts: MembershipParts): Promise<Membership> {
    const { registry, self, config, cluster } = parts
    await requireSameCluster(registry, self, cluster)
    const lease = await registry.join({ url: self, roles: [...config.roles], cluster })
    return new Membership(parts, lease)
  }

  /** Whether it was registered at some time since its start. */
  get wasHeld(): boolean {
    this.#wasHeld ||= this.#lease.held
    return this.#wasHeld
  }

  /** Reports now what would be reported in a moment. */
  tell(): Promise<void> {
    this.#logChange()
    const load = { ...noLoad, ...this.#parts.load(), draining: this.#draining }
    return this.#lease
      .report(load)
      .catch((error) => this.#parts.logger.warn({ err: error }, 'the load could not be reported'))
  }

  #logChange(): void {
    const { logger, self } = this.#parts
    const { held } = this.#lease
    if (held === this.#toldHeld) return
    this.#toldHeld = held
    const about = 'registration'
    if (held) logger.info({ about, self }, 'this node is registered again')
    else
      logger.warn(
        { about, self },
        'this node is not registered: others do not count on it until the registry answers',
      )
  }

  /** Asks to be rid of everything. */
  drain(): Promise<void> {
    this.#draining = true
    return this.tell()
  }

  async leave(): Promise<void> {
    this.#stopReports()
    this.#stopWatching()
    await this.#lease
      .leave()
      .catch((error) => this.#parts.logger.warn({ err: error }, 'leaving went unheard'))
  }
}
