import { setImmediate, setTimeout } from 'node:timers/promises'

const overdueRunsMax = 100
const pollIntervalMs = 10

/**
 * Calls `run(0)` to `run(count - 1)`, `perSecond` of them a second, each at a random moment of its turn, so that
 * they don't fall in step with a server that flushes at fixed intervals. Resolves after the last, or when aborted.
 */
export async function pace(
  count: number,
  perSecond: number,
  run: (index: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now()
  for (let index = 0; index < count && !signal.aborted; index++) {
    const dueAt = startedAt + ((index + Math.random()) * 1_000) / perSecond
    const waitMs = dueAt - performance.now()
    if (waitMs >= 1) await hold(waitMs, signal)
    // Behind the pace, sockets still have to be read.
    else if (index % overdueRunsMax === overdueRunsMax - 1) await setImmediate()
    if (!signal.aborted) run(index)
  }
}

/** Waits; not longer than until aborted. */
export async function hold(durationMs: number, signal: AbortSignal): Promise<void> {
  await setTimeout(durationMs, undefined, { signal }).catch(() => {})
}

const never = new AbortController().signal

/** Resolves when the condition holds, or when `timeoutMs` have passed or the signal is aborted: then with false. */
export async function until(condition: () => boolean, timeoutMs: number, signal = never): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (signal.aborted || performance.now() >= deadline) return false
    await hold(pollIntervalMs, signal)
  }
  return true
}
