import type { WatchRun } from '../runs/watch.ts'
import type { FanOutResults } from './results.ts'

/** What speaks against Chorus. At saturation nothing does: there a server is asked for more than it may be able to. */
export const findFaults = ({
  watched,
  idle,
  joined,
}: Pick<FanOutResults, 'watched' | 'idle' | 'joined'>): string[] =>
  [
    ...watched.filter(({ row }) => row !== saturationRow).map((run) => ({ ...run, counts: countsOf(run) })),
    ...idle.map((run) => ({ ...run, row: 4, counts: { 'viewers refused': run.failed } })),
    ...joined.map((run) => ({ ...run, row: 6, counts: { 'viewers refused': run.failed } })),
  ]
    .filter(({ server }) => server.startsWith('chorus'))
    .flatMap(({ row, title, counts }) =>
      Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([what, count]) => `row ${row}, ${title}: ${what}: ${count}`),
    )

const saturationRow = 3

const countsOf = (run: WatchRun): Record<string, number> => ({
  'deliveries lost': run.lost,
  'deliveries repeated': run.repeated,
  'deliveries out of the common order': run.outOfOrder,
  'comments in another order than posted': run.misordered,
  'comments refused': run.refused + run.otherRefused,
  'viewers refused or cut off': run.failed,
})
