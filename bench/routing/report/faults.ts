import type { Counts } from '../../../tools/loadgen/report.ts'
import type { Stretch, WayResult } from './results.ts'

/** What speaks against a run: in no way of carrying them may an event be lost, repeated or out of order. */
export function findFaults(ways: readonly WayResult[]): string[] {
  return ways.flatMap((way) => {
    const { lost, repeated, outOfOrder, resets } = way.verdict
    const found: [number, string][] = [
      [lost, 'deliveries lost'],
      [repeated, 'deliveries repeated'],
      [outOfOrder, 'deliveries out of order'],
      [resets, 'viewers whose position was reset'],
      ...countsOf(way.refused, 'comments refused'),
      ...countsOf(failuresOf(way), 'viewers not served'),
    ]
    return found
      .filter(([count]) => count > 0)
      .map(([count, what]) => `${way.title} (${way.route}): ${what}: ${count}`)
  })
}

const countsOf = (counts: Counts, what: string): [number, string][] =>
  Object.entries(counts).map(([reason, count]) => [count, `${what}, ${reason}`])

function failuresOf({ steady, anywhere, moving, scrolling, cold }: WayResult): Counts {
  const all = new Map<string, number>()
  const stretches = [steady, anywhere, moving, scrolling, cold].filter((one): one is Stretch => one !== null)
  for (const { failures } of stretches)
    for (const [reason, count] of Object.entries(failures)) all.set(reason, (all.get(reason) ?? 0) + count)
  return Object.fromEntries(all)
}
