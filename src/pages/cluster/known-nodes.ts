import type { Dispatch, DispatchNode } from '../../protocol/dispatch.ts'
import type { Change } from './changes.ts'
import { type Sample, withSample } from './samples.ts'

/** A node with its last figures and its last two minutes; for a while even after it has gone. */
export interface KnownNode {
  node: DispatchNode
  presence: Presence
  samples: readonly Sample[]
}

export type Presence =
  | { kind: 'there' }
  /** Seen to join, a moment ago. */
  | { kind: 'new'; at: number }
  /** `planned`: it had drained and is not missed. */
  | { kind: 'gone'; at: number; planned: boolean }

const newForMs = 10_000
const lostShownMs = 30_000
const leftShownMs = 8_000

export const isGone = ({ presence }: KnownNode): boolean => presence.kind === 'gone'
export const isLost = ({ presence }: KnownNode): boolean => presence.kind === 'gone' && !presence.planned
/** The dispatcher cannot reach it at its URL. */
export const isUnreached = (known: KnownNode): boolean => !isGone(known) && known.node.reached === false
export const isRealtime = ({ node }: KnownNode): boolean => node.roles.includes('realtime')

/** What is known after another look; sorted by URL. */
export function knownAfter(
  known: readonly KnownNode[],
  dispatch: Dispatch,
  changes: readonly Change[],
  now: number,
): KnownNode[] {
  const earlier = new Map(known.map((entry) => [entry.node.url, entry]))
  const joined = new Set(changes.filter(({ kind }) => kind === 'joined').map(urlOf))
  const left = new Set(changes.filter(({ kind }) => kind === 'left').map(urlOf))
  const there = dispatch.nodes.map((node): KnownNode => {
    const before = earlier.get(node.url)
    earlier.delete(node.url)
    const sample = { at: now, viewers: node.load.viewers }
    return {
      node,
      presence: joined.has(node.url) ? { kind: 'new', at: now } : stillNew(before, now),
      samples: withSample(before?.samples ?? [], sample),
    }
  })
  const gone = [...earlier.values()].map((entry): KnownNode => {
    if (isGone(entry)) return entry
    return { ...entry, presence: { kind: 'gone', at: now, planned: left.has(entry.node.url) } }
  })
  return [...there, ...stillShown(gone, now)].sort((a, b) => (a.node.url < b.node.url ? -1 : 1))
}

const urlOf = (change: Change): string => ('url' in change ? change.url : '')

const stillNew = (before: KnownNode | undefined, now: number): Presence =>
  before?.presence.kind === 'new' && now - before.presence.at < newForMs ? before.presence : { kind: 'there' }

/** Without those that have been gone for long enough. */
const stillShown = (known: readonly KnownNode[], now: number): KnownNode[] =>
  known.filter(({ presence }) => {
    if (presence.kind !== 'gone') return true
    return now - presence.at < (presence.planned ? leftShownMs : lostShownMs)
  })
