import { backoffMs } from '../domain/backoff.ts'
import type { Cancel } from '../domain/time.ts'
import type { LiveVideo } from '../protocol/api.ts'
import type { Api } from './api.ts'
import type { Environment } from './environment.ts'

interface SnapshotNeeds {
  api: Pick<Api, 'video'>
  environment: Pick<Environment, 'clock' | 'random'>
  onSnapshot: (video: LiveVideo) => void
}

const attemptsMax = 4
const backoff = { firstMs: 1_000, maxMs: 10_000 }

/** Loads the state that a stream doesn't repeat. A newer call, or `cancel`, makes an older one's answer void. */
export function createSnapshots({ api, environment, onSnapshot }: SnapshotNeeds) {
  let current = 0
  let cancelTimer: Cancel = () => {}

  async function attempt(call: number, count: number): Promise<void> {
    const answer = await api.video()
    if (call !== current) return
    if (answer.ok) return onSnapshot(answer.value)
    if (!answer.failure.retryable || count + 1 >= attemptsMax) return
    const waitMs = backoffMs(count, backoff, environment.random)
    cancelTimer = environment.clock.after(waitMs, () => void attempt(call, count + 1))
  }

  return {
    /** `spreadMs`: at a random moment within it, for what happens to all viewers at once. */
    load(spreadMs: number): void {
      cancelTimer()
      const call = ++current
      cancelTimer = environment.clock.after(spreadMs * environment.random(), () => void attempt(call, 0))
    },
    cancel(): void {
      current++
      cancelTimer()
    },
  }
}
