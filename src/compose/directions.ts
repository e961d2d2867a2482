import type { NodeRole, Places } from '../gateway/places.ts'
import type { Clerk } from '../placement/clerk.ts'
import type { Member, NodeRegistry } from '../registry/registry.ts'

/** Where the gateway sends what is not for its own process, out of what the registry and the clerk know. */
export class Directions implements Places {
  readonly #clerk: Clerk
  readonly #self: () => string
  readonly #fallback: () => string | null
  #members: Member[] = []
  #turn = 0
  readonly stop: () => void

  /** @param alone whether there is no other realtime node, so that nothing need be known */
  constructor(registry: NodeRegistry, clerk: Clerk, self: () => string, alone: boolean) {
    this.#clerk = clerk
    this.#self = self
    this.#fallback = () => (alone ? self() : null)
    this.stop = registry.watchMembers((members) => {
      this.#members = members
    })
  }

  get self(): string {
    return this.#self()
  }

  realtimeNodeFor(liveVideoId: string): string | null {
    return this.#clerk.pick(liveVideoId) ?? this.#fallback()
  }

  anyNode(role: NodeRole): string | null {
    const nodes = this.#members.filter(({ roles }) => roles.includes(role))
    return nodes[this.#turn++ % nodes.length]?.url ?? null
  }
}
