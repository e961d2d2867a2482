import { loadgenFigures, serverFigures, takeSnapshot } from '../measure/snapshot.ts'
import { hold, until } from '../pace.ts'
import { obtainTokens } from '../posting/author-tokens.ts'
import { Commenting } from '../posting/commenting.ts'
import { PostTimes } from '../posting/post-times.ts'
import { Poster } from '../posting/poster.ts'
import { commentFigures, type Findings, type RunContext, replyTimeoutMs } from './run.ts'

const refusedPauseMs = 10

/** Posters that post again as soon as they are answered: how many comments a second the server stores durably. */
export async function runAccept({ plan, target, run, watch, signal }: RunContext): Promise<Findings> {
  const { liveVideoId, textBytes, concurrency, serverPid } = plan
  const tokens = await obtainTokens(plan, run, plan.authors)
  const poster = new Poster(target, { connectionsMax: concurrency, timeoutMs: replyTimeoutMs })
  const options = { liveVideoId, run, tokens, textBytes, inFlightMax: concurrency }
  const commenting = new Commenting(poster, new PostTimes(run), options)
  watch(() => `${commenting.tally.accepted} of ${commenting.tally.posted} comments accepted`)
  const before = await takeSnapshot(serverPid)
  await postInLoops(commenting, plan.durationSeconds * 1_000, concurrency, signal)
  const after = await takeSnapshot(serverPid)
  poster.close()
  const elapsedSeconds = (after.at - before.at) / 1_000
  const stretch = { from: before, to: after, comments: commenting.tally.accepted }
  return {
    elapsedSeconds,
    viewers: null,
    comments: commentFigures(commenting.tally, elapsedSeconds),
    deliveries: null,
    deliveryLatencyMs: null,
    replyLatencyMs: commenting.tally.reply.quantiles(),
    server: serverFigures(stretch, stretch),
    loadgen: loadgenFigures(before, after),
  }
}

async function postInLoops(
  commenting: Commenting,
  durationMs: number,
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  const end = performance.now() + durationMs
  const loop = async () => {
    while (performance.now() < end && !signal.aborted) {
      const { accepted } = commenting.tally
      await commenting.postNext()
      // A server that is gone refuses at once; asking again at once would only burn what it needs to come back.
      if (commenting.tally.accepted === accepted) await hold(refusedPauseMs, signal)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  await until(() => commenting.inFlight === 0, replyTimeoutMs)
}
