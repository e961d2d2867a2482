import type { Dispatch, DispatchNode } from '../../protocol/dispatch.ts'

/** Parts of a dispatch document for tests: a few slots are enough. */
export const nodeAt = (
  url: string,
  {
    roles = ['realtime'],
    slots = 0,
    reached = true,
    ...load
  }: Partial<DispatchNode['load']> & Partial<DispatchNode> = {},
): DispatchNode => ({
  url,
  roles,
  slots,
  reached,
  load: { viewers: 0, deliveriesPerSecond: 0, liveVideos: [], draining: false, ...load },
})

/**
 * @param owners for each slot the URL of its node; null: none
 * @param living URLs, or whole nodes
 */
export function dispatchOf(
  owners: readonly (string | null)[],
  living: readonly (string | DispatchNode)[] = [...new Set(owners)].filter((url) => url !== null).sort(),
  rest: Partial<Dispatch> = {},
): Dispatch {
  const assigned = [...new Set(owners)].filter((url) => url !== null)
  const slotsOf = (url: string) => owners.filter((owner) => owner === url).length
  return {
    generation: 1,
    leader: 'leader',
    registry: 'connected',
    nodes: living.map((node) => (typeof node === 'string' ? nodeAt(node, { slots: slotsOf(node) }) : node)),
    assigned,
    slots: owners.map((url) => (url === null ? -1 : assigned.indexOf(url))),
    spread: [],
    ...rest,
  }
}
