import { hold } from '../../../tools/loadgen/pace.ts'
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
    // What it is given, and when, is the dispatcher's business.
    await hold(restMs, signal)
    await stand.drainRealtime()
    await hold(restMs, signal)
  } finally {
    over.abort()
    await talking
  }
}
