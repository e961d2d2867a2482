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
  #wasHeld = false
  #toldHeld = true

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
    if (held) logger.info({ self }, 'this node is registered again')
    else
      logger.warn(
        { self },
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
    await this.#lease
      .leave()
      .catch((error) => this.#parts.logger.warn({ err: error }, 'leaving went unheard'))
  }
}
