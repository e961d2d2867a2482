import { Clerk } from '../../../src/placement/clerk.ts'
import { followAssignment } from '../../../src/placement/follow.ts'
import { slotCount } from '../../../src/placement/slots.ts'
import { openZooKeeperRegistry } from '../../../src/registry/zookeeper/zookeeper-registry.ts'
import { systemClock } from '../../../src/system.ts'
import { until } from '../../../tools/loadgen/pace.ts'

const readyMsMax = 30_000
const fairShareMin = 0.9
/** A clerk of our own, as every gateway holds one. */
export class OwnClerk implements AsyncDisposable {
  readonly clerk: Clerk
  readonly #close: () => Promise<void>

  private constructor(clerk: Clerk, close: () => Promise<void>) {
    this.clerk = clerk
    this.#close = close
  }

  static async open(zookeeper: string): Promise<OwnClerk> {
    const common = { clock: systemClock, random: Math.random, report: () => {} }
    const options = { hosts: zookeeper, path: '/chorus', sessionTimeoutMs: 3_000 }
    const registry = await openZooKeeperRegistry({ ...common, ...options })
    const clerk = new Clerk(systemClock, Math.random)
    const unfollow = followAssignment({ ...common, registry, clerk, self: '', askPeer: async () => null })
    return new OwnClerk(clerk, async () => {
      unfollow()
      await registry.close()
    })
  }

  /** Resolves when so many nodes share the slots about evenly. @throws Error when they don't in time */
  async shared(nodes: number): Promise<void> {
    if (!(await until(() => this.#isShared(nodes), readyMsMax)))
      throw new Error(`the dispatcher did not share the slots among ${nodes} nodes in time`)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }

  #isShared(nodes: number): boolean {
    const { assignment } = this.clerk
    if (assignment?.nodes.length !== nodes) return false
    const counts = assignment.nodes.map(() => 0)
    for (const index of assignment.slots) counts[index] = (counts[index] ?? 0) + 1
    return counts.every((count) => count >= (fairShareMin * slotCount) / nodes)
  }
}
