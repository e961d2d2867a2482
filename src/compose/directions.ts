import type { Clock } from '../domain/time.ts'
import type { NodeRole, Places } from '../gateway/places.ts'
import type { Clerk } from '../placement/clerk.ts'
import type { Member, NodeRegistry } from '../registry/registry.ts'

/** After trouble with the registry nodes register anew; one that is back within this was never gone. */
const returnMs = 2_000
/** Streams of a node that is gone have ended long before. */
const forgetMs = 600_000

export interface DirectionsParts {
  registry: Pick<NodeRegistry, 'connected' | 'watchMembers'>
  clerk: Clerk
  self: () => string
  clock: Clock
  /** Whether there is no other realtime node, so that nothing need be known. */
  alone: boolean
}

/** Where the gateway sends what is not for its own process, out of what the registry and the clerk know. */
export class Directions implements Places {
  readonly #parts: DirectionsParts
  readonly stop: () => void
  #members: Member[] = []
  /** Since when nodes are gone, in `Clock.elapsed` time. */
  readonly #gone = new Map<string, number>()
  #turn = 0
  #isTold = false

  constructor(parts: DirectionsParts) {
    this.#parts = parts
    this.stop = parts.registry.watchMembers((members) => {
      this.#isTold = true
      this.#take(members)
    })
  }

  get self(): string {
    return this.#parts.self()
  }

  realtimeNodeFor(liveVideoId: string): string | null {
    const { clerk, alone, self } = this.#parts
    return clerk.pick(liveVideoId) ?? (alone ? self() : null)
  }

  anyNode(role: NodeRole): string | null {
    const nodes = this.#members.filter(({ roles }) => roles.includes(role))
    return nodes[this.#turn++ % nodes.length]?.url ?? null
  }

  /** The nodes that are known. */
  get members(): readonly Member[] {
    return this.#members
  }

  /** Whether the registry has told of the nodes since the start. */
  get isTold(): boolean {
    return this.#isTold
  }

  /** Takes what another node knows, until the registry tells. */
  remember(members: Member[]): void {
    if (!this.#isTold) this.#take(members)
  }

  /** Whether there is a node that a request could be sent to. */
  get knowsNodes(): boolean {
    const roles = this.#members.flatMap((member) => member.roles)
    const { clerk } = this.#parts
    return (
      (clerk.assignment?.nodes.length ?? 0) > 0 || roles.includes('comments') || roles.includes('realtime')
    )
  }

  isLiving(node: string): boolean {
    const { registry, clock } = this.#parts
    const since = this.#gone.get(node)
    return since === undefined || !registry.connected || clock.elapsed() - since < returnMs
  }

  #take(members: Member[]): void {
    const now = this.#parts.clock.elapsed()
    const urls = new Set(members.map(({ url }) => url))
    for (const { url } of this.#members) if (!urls.has(url)) this.#gone.set(url, now)
    for (const [url, since] of this.#gone) if (urls.has(url) || now - since > forgetMs) this.#gone.delete(url)
    this.#members = members
  }
}
