import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { every, jittered } from '../domain/time.ts'
import { type Lease, type NodeLoad, type NodeRegistry, noLoad } from '../registry/registry.ts'
import { systemClock } from '../system.ts'

const reportMs = 2_000

export interface MembershipParts {
  config: Config
  registry: NodeRegistry
  /** Where this node is reached. */
  self: string
  /** What it carries right now; asked before each report. */
  load: () => Partial<NodeLoad>
  logger: Logger
}

/** This node among the others: it joins, says what it carries, and leaves. */
export class Membership {
  readonly #parts: MembershipParts
  readonly #lease: Lease
  readonly #stopReports: () => void
  #draining = false

  private constructor(parts: MembershipParts, lease: Lease) {
    this.#parts = parts
    this.#lease = lease
    this.#stopReports = every(
      systemClock,
      () => jittered(reportMs, Math.random),
      () => this.tell(),
    )
  }

  /** @throws Error when another living node has this URL */
  static async join(parts: MembershipParts): Promise<Membership> {
    const { registry, self, config } = parts
    return new Membership(parts, await registry.join({ url: self, roles: [...config.roles] }))
  }

  get held(): boolean {
    return this.#lease.held
  }

  /** Reports now what would be reported in a moment. */
  tell(): Promise<void> {
    const load = { ...noLoad, ...this.#parts.load(), draining: this.#draining }
    return this.#lease
      .report(load)
      .catch((error) => this.#parts.logger.warn({ err: error }, 'the load could not be reported'))
  }

  /** Asks to be rid of everything. */
  drain(): Promise<void> {
    this.#draining = true
    return this.tell()
  }

  async leave(): Promise<void> {
    this.#stopReports()
    await this.#lease
      .leave()
      .catch((error) => this.#parts.logger.warn({ err: error }, 'leaving went unheard'))
  }
}
