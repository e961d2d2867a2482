import { every, jittered } from '../../../src/domain/time.ts'
import { type Lease, type NodeLoad, noLoad } from '../../../src/registry/registry.ts'
import type { NodeProcess } from '../node-process.ts'
import type { SeededRandom } from '../random.ts'

export interface MembershipParts {
  process: NodeProcess
  random: SeededRandom
  reportMs: number
  load: () => Partial<NodeLoad>
}

/** A node among the others, as `compose/membership.ts` does it by the machine's clock. */
export class Membership {
  readonly #parts: MembershipParts
  readonly #lease: Lease
  readonly #stopReports: () => void
  #draining = false

  constructor(lease: Lease, parts: MembershipParts) {
    const { process, random, reportMs } = parts
    this.#parts = parts
    this.#lease = lease
    this.#stopReports = every(
      process.clock,
      () => jittered(reportMs, random.next),
      () => void this.tell(),
    )
  }

  get held(): boolean {
    return this.#lease.held
  }

  drain(): Promise<void> {
    this.#draining = true
    return this.tell()
  }

  async leave(): Promise<void> {
    this.#stopReports()
    await this.#lease.leave()
  }

  /** Reports now what would be reported in a moment. */
  tell(): Promise<void> {
    const load = { ...noLoad, ...this.#parts.load(), draining: this.#draining }
    return this.#lease.report(load).catch(() => {})
  }
}
