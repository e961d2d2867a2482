import { z } from 'zod'
import { type Cancel, type Clock, every, jittered, type Random } from '../domain/time.ts'
import type { HttpServer } from '../http/server.ts'
import type { Assignment } from '../placement/assignment.ts'
import { decodeAssignment } from '../placement/encoding.ts'
import type { Member, NodeRegistry } from '../registry/registry.ts'
import type { Directions } from './directions.ts'

/** Where any node tells another what it knows. */
export const assignmentPath = '/v1/internal/assignment'
const membersPath = '/v1/internal/members'
const [askMs, askMsMax] = [1_500, 1_000]

const Members = z.array(z.object({ url: z.url(), roles: z.array(z.string()) }))

/** The assignment as another node knows it; null when it knows none. Rejects when it does not answer. */
export async function askAssignment(url: string): Promise<Assignment | null> {
  const text = await textAt(`${url}${assignmentPath}`)
  return text === null ? null : decodeAssignment(text)
}

/** The nodes that another one knows. Rejects when it does not answer. */
async function askMembers(url: string): Promise<Member[]> {
  const text = await textAt(`${url}${membersPath}`)
  return text === null ? [] : Members.parse(JSON.parse(text))
}

/** What stands there; null for any status but 200. */
async function textAt(url: string): Promise<string | null> {
  const response = await fetch(url, { signal: AbortSignal.timeout(askMsMax), redirect: 'error' })
  const text = await response.text()
  return response.status === 200 ? text : null
}

/** For other nodes: those that this one knows of. */
export function membersRoute(app: HttpServer, places: Pick<Directions, 'members'>): void {
  app.get(membersPath, async () => places.members)
}

export interface PeersDeps {
  registry: Pick<NodeRegistry, 'connected'>
  places: Pick<Directions, 'members' | 'isTold' | 'remember'>
  /** URLs of nodes to begin with. */
  peers: readonly string[]
  self: string
  clock: Clock
  random: Random
  ask?: typeof askMembers
}

/**
 * Learns from other nodes which nodes there are, for as long as the registry has told nothing since the start: a gateway
 * that starts while the registry is away then serves what the others know.
 */
export function learnMembers(deps: PeersDeps): Cancel {
  const { clock, random } = deps
  const cancel = every(
    clock,
    () => jittered(askMs, random),
    () => void learn(deps),
  )
  void learn(deps)
  return cancel
}

async function learn({ registry, places, peers, self, random, ask = askMembers }: PeersDeps): Promise<void> {
  if (places.isTold || registry.connected) return
  const known = new Set([...peers, ...places.members.map(({ url }) => url)])
  known.delete(self)
  const peer = [...known][Math.floor(random() * known.size)]
  // A peer that does not answer is nothing to report: another one is asked next time.
  const members = peer === undefined ? [] : await ask(peer).catch(() => [])
  if (members.length > 0 && !places.isTold) places.remember(members)
}
