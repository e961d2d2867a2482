import { loadgenFigures, type Snapshot, serverFigures, takeSnapshot } from '../measure/snapshot.ts'
import { hold } from '../pace.ts'
import { PostTimes } from '../posting/post-times.ts'
import { Crowd } from '../viewers/crowd.ts'
import { type Findings, type RunContext, viewerFigures } from './run.ts'

/** Opens the viewers and holds them, nothing being posted: what an idle viewer costs the server. */
export async function runIdle({ plan, target, run, watch, signal }: RunContext): Promise<Findings> {
  const crowd = new Crowd(target, plan.liveVideoId, new PostTimes(run), plan.gzip)
  watch(() => `${crowd.count('live')} of ${plan.viewers} viewers connected`)
  try {
    const empty = await takeSnapshot(plan.serverPid)
    await crowd.open(plan.viewers, plan.joinPerSecond, signal)
    const opened = await takeSnapshot(plan.serverPid)
    await hold(plan.durationSeconds * 1_000, signal)
    const held = await takeSnapshot(plan.serverPid)
    return report(crowd, empty, opened, held)
  } finally {
    crowd.close()
  }
}

function report(crowd: Crowd, empty: Snapshot, opened: Snapshot, held: Snapshot): Findings {
  const viewers = viewerFigures(crowd, crowd.judge(0).resets)
  return {
    elapsedSeconds: (held.at - opened.at) / 1_000,
    viewers,
    comments: null,
    deliveries: null,
    deliveryLatencyMs: null,
    replyLatencyMs: null,
    server: serverFigures({ from: empty, to: held, viewers: viewers.connected }, { from: opened, to: held }),
    loadgen: loadgenFigures(opened, held),
  }
}
