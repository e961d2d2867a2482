import type { Random } from '../domain/time.ts'
import type { Assignment } from '../placement/assignment.ts'
import type { Clerk } from '../placement/clerk.ts'
import type { NodeEntry } from '../registry/registry.ts'

export interface LostAssignmentParts {
  clerk: Clerk
  random: Random
  self: string
  /** Asks a node for the assignment that it knows; null when it knows none. Rejects when it does not answer. */
  askPeer?: (url: string) => Promise<Assignment | null>
}

/** All know the last assignment, but for those who are late. */
const askedMax = 8

/** More than were written while whoever knows them is away. */
const generationsMissed = 1_000

/**
 * When the registry has lost the assignment: has the clerk know what the nodes know, so that nobody moves. A dispatcher
 * that has just started knows less than they do, and they would not listen to what it wrote.
 * @returns false: there was nobody who answered, and those who know may not be back yet
 */
export async function askNodes(
  { clerk, random, self, askPeer }: LostAssignmentParts,
  nodes: readonly NodeEntry[],
): Promise<boolean> {
  if (!askPeer) return true
  const peers = nodes.map(({ url }) => url).filter((url) => url !== self)
  const first = Math.floor(random() * peers.length)
  const asked = [...peers.slice(first), ...peers.slice(0, first)].slice(0, askedMax)
  const answers = await Promise.allSettled(asked.map((url) => askPeer(url)))
  const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  for (const assignment of known) if (assignment) clerk.accept(assignment)
  return known.length > 0
}

/** As it is to stand where there is no assignment any more: above any generation that somebody may know. */
export const begunAnew = (assignment: Assignment): Assignment => ({
  ...assignment,
  generation: assignment.generation + generationsMissed,
})
