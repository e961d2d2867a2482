import type { Dispatch, DispatchNode } from '../../protocol/dispatch.ts'

/** What happened between two looks at the cluster. Nodes are told by their URLs. */
export type Change =
  | { kind: 'joined'; url: string }
  /** `slots`: what it had; `to`: who has it now, nobody while it waits. */
  | { kind: 'lost'; url: string; slots: number; to: string[] }
  /** It had drained before. */
  | { kind: 'left'; url: string }
  | { kind: 'draining'; url: string; slots: number }
  | { kind: 'stays'; url: string }
  /** Whether the dispatcher reaches it at its URL. */
  | { kind: 'reach'; url: string; reached: boolean }
  /** An empty `from`: they had no node before. */
  | { kind: 'moved'; slots: number; from: string[]; to: string[] }
  | { kind: 'leader'; from: string | null; to: string | null }
  | { kind: 'registry'; reachable: boolean }
  /** `from`, `to`: the nodes that shared it and share it; empty: it was, or is, not spread. */
  | { kind: 'spread'; liveVideoId: string; from: string[]; to: string[] }

/** A slot that has another node than before. */
export interface Move {
  slot: number
  /** Null: nobody. */
  from: string | null
  to: string | null
}

export const ownerOf = ({ assigned, slots }: Dispatch, slot: number): string | null =>
  assigned[slots[slot] ?? -1] ?? null

export function movesBetween(before: Dispatch, after: Dispatch): Move[] {
  const moves: Move[] = []
  for (let slot = 0; slot < Math.max(before.slots.length, after.slots.length); slot++) {
    const [from, to] = [ownerOf(before, slot), ownerOf(after, slot)]
    if (from !== to) moves.push({ slot, from, to })
  }
  return moves
}

/** What changed, the gravest first. Pure; nothing between equal ones. */
export function changesBetween(before: Dispatch, after: Dispatch): Change[] {
  const gone = missingFrom(after, before).map((node) => ({
    node,
    moves: [] as Move[],
    planned: node.load.draining && node.slots === 0,
  }))
  const lost = new Map(gone.filter(({ planned }) => !planned).map((entry) => [entry.node.url, entry]))
  const others: Move[] = []
  for (const move of movesBetween(before, after)) (lost.get(move.from ?? '')?.moves ?? others).push(move)
  return [
    ...[...lost.values()].map(lossOf),
    ...registryChange(before, after),
    ...leaderChange(before, after),
    ...gone.filter(({ planned }) => planned).map(({ node }): Change => ({ kind: 'left', url: node.url })),
    ...missingFrom(before, after).map(({ url }): Change => ({ kind: 'joined', url })),
    ...drainChanges(before, after),
    ...reachChanges(before, after),
    ...movedChange(others),
    ...spreadChanges(before, after),
  ]
}

function missingFrom(dispatch: Dispatch, other: Dispatch): DispatchNode[] {
  const there = new Set(dispatch.nodes.map(({ url }) => url))
  return other.nodes.filter(({ url }) => !there.has(url))
}

const lossOf = ({ node, moves }: { node: DispatchNode; moves: Move[] }): Change => ({
  kind: 'lost',
  url: node.url,
  slots: node.slots,
  to: urlsOf(moves.map(({ to }) => to)),
})

const urlsOf = (urls: (string | null)[]): string[] => [...new Set(urls)].filter((url) => url !== null).sort()

function movedChange(moves: Move[]): Change[] {
  if (moves.length === 0) return []
  const [from, to] = [urlsOf(moves.map(({ from }) => from)), urlsOf(moves.map(({ to }) => to))]
  return [{ kind: 'moved', slots: moves.length, from, to }]
}

const registryChange = (before: Dispatch, after: Dispatch): Change[] =>
  before.registry === after.registry ? [] : [{ kind: 'registry', reachable: after.registry === 'connected' }]

const leaderChange = (before: Dispatch, after: Dispatch): Change[] =>
  before.leader === after.leader ? [] : [{ kind: 'leader', from: before.leader, to: after.leader }]

function drainChanges(before: Dispatch, after: Dispatch): Change[] {
  const drained = new Map(before.nodes.map(({ url, load }) => [url, load.draining]))
  return after.nodes.flatMap(({ url, slots, load }): Change[] => {
    const was = drained.get(url) ?? false
    if (was === load.draining) return []
    return [was ? { kind: 'stays', url } : { kind: 'draining', url, slots }]
  })
}

/** Another leader begins without knowing which nodes it does not reach. */
function reachChanges(before: Dispatch, after: Dispatch): Change[] {
  const unreached = new Set(before.nodes.filter(({ reached }) => reached === false).map(({ url }) => url))
  const isSameLeader = before.leader === after.leader && after.leader !== null
  return after.nodes.flatMap(({ url, reached = true }): Change[] => {
    const isNew = reached === unreached.has(url)
    return isNew && (isSameLeader || !reached) ? [{ kind: 'reach', url, reached }] : []
  })
}

function spreadChanges(before: Dispatch, after: Dispatch): Change[] {
  const [was, is] = [spreadOf(before), spreadOf(after)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((liveVideoId): Change[] => {
    const [from, to] = [was.get(liveVideoId) ?? [], is.get(liveVideoId) ?? []]
    return from.join(' ') === to.join(' ') ? [] : [{ kind: 'spread', liveVideoId, from, to }]
  })
}

const spreadOf = ({ spread }: Dispatch): Map<string, string[]> =>
  new Map(spread.map(({ liveVideoId, nodes }) => [liveVideoId, nodes.toSorted()]))
