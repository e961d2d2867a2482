import type { Clock } from '../../src/domain/time.ts'
import { describeStore } from '../../src/store/store.contract.ts'
import { EventLogs } from './event-logs.ts'
import { SeededRandom } from './random.ts'
import { simulatedStore } from './simulated-store.ts'

const { now } = Date

/** Here the store's callers wait for it themselves: every delay is one turn. */
const nextTurn: Clock = {
  now,
  elapsed: () => 0,
  after: (_delayMs, run) => {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  },
}

describeStore('simulated', async () => {
  let logs = 0
  return simulatedStore(new EventLogs(() => `epoch${logs++}`), {
    clock: nextTurn,
    random: new SeededRandom(1),
    weather: { latencyMsMax: 1, failures: 0, replyTurnMs: 0 },
    carry: (event) => event,
  })
})
