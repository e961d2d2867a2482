import { assumptions } from '../assumptions.ts'
import type { IncidentFigures } from '../dispatched/incident.ts'
import { HashRing } from '../modes/hash-ring.ts'
import type { Hashed } from '../modes/hashed.ts'
import type { Loss } from './replacement.ts'

/** The lease has to end before the Dispatcher answers. */
export function lossWithDispatcher(incidents: IncidentFigures[], base: Base): Loss {
  const incident = incidents.find(({ what }) => what === 'lost')
  const knownAfterSeconds = assumptions.leaseSeconds + assumptions.assignmentSeconds
  return { ...base, viewers: incident?.viewers ?? 0, heirs: incident?.heirs ?? new Map(), knownAfterSeconds }
}

/** The load balancer finds out by itself when it can't connect, and takes the next node of the ring. */
export function lossWithHash(hashed: Hashed, base: Base): Loss {
  const nodes = [...hashed.viewers.keys()].sort((a, b) => (hashed.viewers[a] ?? 0) - (hashed.viewers[b] ?? 0))
  // One as any other: the busiest has the mega live video.
  const lost = nodes[nodes.length >> 1] ?? 0
  const ring = new HashRing(nodes.filter((node) => node !== lost))
  const heirs = new Map<number, number>()
  for (const [video, node] of hashed.nodeOf.entries()) {
    if (node !== lost) continue
    const heir = ring.nodeAt(hashed.watched.hashes[video] ?? 0)
    heirs.set(heir, (heirs.get(heir) ?? 0) + (hashed.watched.viewers[video] ?? 0))
  }
  return { ...base, viewers: hashed.viewers[lost] ?? 0, heirs, knownAfterSeconds: 0 }
}

export function lossAnywhere(meanViewers: number, base: Base): Loss {
  const heirs = new Map(Array.from({ length: base.nodeCount - 1 }, (_, node) => [node, 1]))
  return { ...base, viewers: meanViewers, heirs, knownAfterSeconds: 0 }
}

type Base = Pick<Loss, 'connectsPerSecond' | 'nodeCount'>
