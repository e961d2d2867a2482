import { type Cancel, type Clock, every, jittered, type Random } from '../domain/time.ts'
import type { NodeRegistry, Versioned } from '../registry/registry.ts'
import type { Assignment } from './assignment.ts'
import type { Clerk } from './clerk.ts'
import { decodeAssignment } from './encoding.ts'
import { decodeSpreadLoads } from './spread-loads.ts'

/** The documents of the registry: who writes and who reads them agree on these names. */
export const documents = { assignment: 'assignment', spreadLoads: 'spread-loads' } as const

export interface FollowParts {
  registry: NodeRegistry
  clerk: Clerk
  clock: Clock
  random: Random
  /** This node's own URL. */
  self: string
  /** Nodes that are asked while there is no assignment that names any. */
  peers?: readonly string[]
  /** Asks another node for the assignment that it knows; null when it knows none. Rejects when it does not answer. */
  askPeer: (url: string) => Promise<Assignment | null>
  report: (error: unknown) => void
}

const askMs = 1_500

/**
 * Keeps a clerk up to date: from the registry, and while that does not answer from the other nodes. A node that alone is
 * cut off so learns what was moved away from it; when the registry is gone for all, all stay where they are.
 */
export function followAssignment(parts: FollowParts): Cancel {
  const { registry, clerk, clock, random } = parts
  const read =
    <T>(decode: (text: string) => T, take: (value: T) => void) =>
    (document: Versioned) => {
      try {
        take(decode(document.text))
      } catch (error) {
        parts.report(error)
      }
    }
  const cancels = [
    registry.document(documents.assignment).watch(read(decodeAssignment, (next) => clerk.accept(next))),
    registry
      .document(documents.spreadLoads)
      .watch(read(decodeSpreadLoads, (next) => clerk.acceptLoads(next))),
    every(
      clock,
      () => jittered(askMs, random),
      () => void askAnyPeer(parts),
    ),
  ]
  void askAnyPeer(parts)
  return () => {
    for (const cancel of cancels) cancel()
  }
}

async function askAnyPeer({
  registry,
  clerk,
  self,
  peers = [],
  random,
  askPeer,
}: FollowParts): Promise<void> {
  if (registry.connected) return
  const known = (clerk.assignment?.nodes ?? peers).filter((url) => url !== self)
  const peer = known[Math.floor(random() * known.length)]
  // A peer that does not answer is nothing to report: another one is asked next time.
  const assignment = peer === undefined ? null : await askPeer(peer).catch(() => null)
  if (assignment !== null) clerk.accept(assignment)
}
