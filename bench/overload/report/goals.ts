import { percent, short, whole } from '../../chart/numbers.ts'
import type { Goal } from '../../tables/goals.ts'
import type { Mix } from '../kinds.ts'
import type { OverloadResults, Step } from './results.ts'
import { good, offered, served, shareOf, sumOf, type told } from './shares.ts'

const goodputMin = 0.6
const lateMax = 0.01
const failedMax = 0.01
const toldMsMax = 1_000
const residentBytesMax = 512 * 1_024 ** 2
const recoveredMsMax = 5_000

/** What is claimed of a server that is asked for too much, and what became of it under the heaviest load. */
export function goalsOf(results: OverloadResults): Goal[] {
  const mixes = [...new Set(results.steps.map(({ mix }) => mix))]
  return mixes.flatMap((mix) => goalsOfMix(mix, results))
}

function goalsOfMix(mix: Mix, results: OverloadResults): Goal[] {
  const steps = results.steps.filter((step) => step.mix === mix)
  const last = steps.at(-1)
  if (!last) return []
  const best = Math.max(...steps.map((step) => shareOf(step, results, good)))
  const name = `${mix}, ${last.factor} ×`
  const toldMs = Math.max(0, ...Object.values(last.outcomes).map(({ toldMs }) => toldMs?.p99 ?? 0))
  return [
    atLeast(`${name}: served in time, of the most that was`, shareOf(last, results, good) / best),
    atMost(`${name}: served late, of what was served`, lateShare(last), lateMax, percent),
    atMost(
      `${name}: neither served nor told`,
      sumOf(last, failed) / sumOf(last, offered),
      failedMax,
      percent,
    ),
    ...(toldMs > 0 ? [atMost(`${name}: told to come back, p99`, toldMs, toldMsMax, ms)] : []),
    atMost(
      `${name}: memory`,
      last.residentBytes,
      residentBytesMax,
      (bytes) => `${whole(bytes / 1_024 ** 2)} MB`,
    ),
    atMost(
      `${name}: itself again after`,
      last.recoveredMs ?? Number.POSITIVE_INFINITY,
      recoveredMsMax,
      seconds,
    ),
  ]
}

const failed = ({ failed }: Parameters<typeof told>[0]): number => failed

const lateShare = (step: Step): number => {
  const count = sumOf(step, served)
  return count === 0 ? 1 : 1 - sumOf(step, good) / count
}

const ms = (value: number): string => `${short(value)} ms`

const seconds = (ms: number): string => (Number.isFinite(ms) ? `${short(ms / 1_000)} s` : 'never')

const atLeast = (what: string, share: number): Goal => ({
  ...{ what, goal: `≥ ${percent(goodputMin)}`, found: percent(share) },
  met: share >= goodputMin,
})

const atMost = (what: string, value: number, max: number, write: (value: number) => string): Goal => ({
  ...{ what, goal: `≤ ${write(max)}`, found: write(value) },
  met: value <= max,
})
