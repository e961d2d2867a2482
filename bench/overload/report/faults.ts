import type { Step } from './results.ts'

/** What makes the figures worthless: requests that are not accounted for, each in one place. */
export function findFaults(steps: readonly Step[]): string[] {
  return steps.flatMap(({ mix, factor, outcomes }) =>
    Object.entries(outcomes).flatMap(([kind, { offered, accepted, told, failed }]) =>
      offered === accepted + told + failed
        ? []
        : [
            `${mix} × ${factor}, ${kind}: of ${offered} requests ${accepted + told + failed} are accounted for`,
          ],
    ),
  )
}
