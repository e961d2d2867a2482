import type { LiveVideoId } from '../../domain/live-video.ts'
import { slotOf } from '../slots.ts'
import type { Draft } from './draft.ts'
import type { RebalanceOptions } from './options.ts'

/** How full a spread is made, as a part of `liveVideoViewersMax` on each node. */
const fullness = 0.6
/** Below this it is narrowed. Twice this is at most `fullness`: two nodes made one leave room. */
const fullnessMin = 0.3

/**
 * Spreads live videos that outgrew a node, widens those that outgrew their nodes, and narrows those that would fit on
 * fewer. Between the bounds nothing changes: numbers of viewers jitter. Outgrowing waits for no fresh reports: how many
 * watch does not depend on where they are.
 */
export function resizeSpread(draft: Draft, options: RebalanceOptions): void {
  for (const liveVideoId of [...draft.spread.keys()]) resize(draft, liveVideoId, options)
  for (const liveVideoId of draft.watchedByMoreThan(options.liveVideoViewersMax))
    if (draft.spread.size < options.spreadMax && !draft.spread.has(liveVideoId))
      resize(draft, liveVideoId, options)
}

function resize(draft: Draft, liveVideoId: LiveVideoId, options: RebalanceOptions): void {
  const owner = new Set([draft.ownerOf(slotOf(liveVideoId))])
  const nodes = draft.spread.get(liveVideoId)?.nodes ?? owner
  const size = sizeOf(draft.viewersOf(liveVideoId), nodes.size, draft.urls.length, options)
  if (size === nodes.size) return
  if (size === 1) draft.unshare(liveVideoId)
  else draft.share(liveVideoId, size > nodes.size ? widen(draft, nodes, size) : narrow(draft, nodes, size))
}

function sizeOf(viewers: number, size: number, sizeMax: number, options: RebalanceOptions): number {
  const { liveVideoViewersMax, loadsAreFresh } = options
  const wanted = Math.min(sizeMax, Math.max(1, Math.ceil(viewers / (fullness * liveVideoViewersMax))))
  const each = viewers / size
  if (each > liveVideoViewersMax) return Math.max(size, wanted)
  if (loadsAreFresh && each < fullnessMin * liveVideoViewersMax) return Math.min(size, wanted)
  return size
}

function widen(draft: Draft, nodes: ReadonlySet<number>, size: number): Set<number> {
  const wider = new Set(nodes)
  while (wider.size < size) wider.add(draft.leastLoaded(wider))
  return wider
}

/** Keeps the least loaded. */
const narrow = (draft: Draft, nodes: ReadonlySet<number>, size: number): Set<number> =>
  new Set([...nodes].sort((a, b) => draft.loadOf(a) - draft.loadOf(b) || a - b).slice(0, size))
