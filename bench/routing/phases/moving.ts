import { hold } from '../../../tools/loadgen/pace.ts'
import { realtimeCount } from '../stand/stand.ts'
import type { Run } from './run.ts'

/** Comments go on while a node joins, and then another one is drained and stops. */
export async function moveNodes(
  { stand, feed, authors, signal }: Run,
  perSecond: number,
  restMs: number,
): Promise<void> {
  const over = new AbortController()
  const ended = AbortSignal.any([signal, over.signal])
  const talking = authors.talk(feed, Number.POSITIVE_INFINITY, perSecond, ended)
  try {
    await hold(restMs, signal)
    await stand.addRealtime()
    // How much it is given is the dispatcher's business: what is watched stays where it is unless that is worth a move.
    await stand.clerk?.shared(realtimeCount + 1, 0)
    await hold(restMs, signal)
    await stand.drainRealtime()
    await hold(restMs, signal)
  } finally {
    over.abort()
    await talking
  }
}
