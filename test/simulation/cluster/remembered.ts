import type { Assignment } from '../../../src/placement/assignment.ts'
import type { decodeAssignment } from '../../../src/placement/encoding.ts'
import type { rebalance } from '../../../src/placement/rebalance/rebalance.ts'

/** Answers that are kept: many worlds begin alike. */
const keptMax = 300

/**
 * The pure functions of the placement, which remember their last answers: worlds ask them the same again and again, and
 * would spend most of their time there.
 */
export function rememberedRebalance(compute: typeof rebalance): typeof rebalance {
  const bases = new WeakMap<Assignment, Map<string, Assignment>>()
  const first = new Map<string, Assignment>()
  return (current, nodes, options) => {
    const known = (current && bases.get(current)) ?? (current ? new Map() : first)
    if (current) bases.set(current, known)
    return keep(known, JSON.stringify([nodes, options]), () => compute(current, nodes, options))
  }
}

export function rememberedDecode(compute: typeof decodeAssignment): typeof decodeAssignment {
  const known = new Map<string, Assignment>()
  return (text) => keep(known, text, () => compute(text))
}

function keep(known: Map<string, Assignment>, key: string, compute: () => Assignment): Assignment {
  const answer = known.get(key) ?? compute()
  if (known.size >= keptMax) known.clear()
  known.set(key, answer)
  return answer
}
