import { checkOpenFileLimit } from './measure/open-files.ts'
import { readServerUsage } from './measure/server-usage.ts'
import { type BenchMode, type BenchOptions, planBench, randomWord } from './options.ts'
import { type BenchReport, findFaults } from './report.ts'
import { runAccept } from './runs/accept.ts'
import { runDeliver } from './runs/deliver.ts'
import { runIdle } from './runs/idle.ts'
import type { Findings, RunContext } from './runs/run.ts'
import { parseTarget } from './wire/target.ts'

export { formatReport } from './format-report.ts'
export { type BenchOptions, BenchOptionsError, benchOptions } from './options.ts'
export type { BenchReport } from './report.ts'

const progressIntervalMs = 1_000

export interface BenchOutput {
  /** One line, each second, to be shown in place of the last. */
  progress(text: string): void
}

const runs: Record<BenchMode, (context: RunContext) => Promise<Findings>> = {
  deliver: runDeliver,
  idle: runIdle,
  accept: runAccept,
}

/**
 * Loads a running server and reports what the viewers received. When `signal` is aborted it stops loading, waits
 * for what is on its way, and reports that.
 * @throws BenchOptionsError when the options cannot be used; Error when the run cannot begin.
 */
export async function runBench(
  options: BenchOptions,
  output: BenchOutput,
  signal: AbortSignal = new AbortController().signal,
): Promise<BenchReport> {
  const plan = planBench(options)
  if (plan.mode !== 'accept') await checkOpenFileLimit(plan.viewers)
  if (plan.serverPid !== null) await readServerUsage(plan.serverPid)
  const { mode, url, liveVideoId } = plan
  const startedAt = new Date().toISOString()
  let describe = () => 'preparing'
  const watch = (next: () => string) => {
    describe = next
  }
  const progress = setInterval(() => output.progress(describe()), progressIntervalMs)
  try {
    const context = { plan, target: parseTarget(url), run: randomWord(), watch, signal }
    const found = { mode, url, liveVideoId, startedAt, ...(await runs[mode](context)) }
    const faults = findFaults(found)
    return { ok: faults.length === 0, faults, ...found }
  } finally {
    clearInterval(progress)
  }
}
