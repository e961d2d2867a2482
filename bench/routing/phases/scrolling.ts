import { pace, until } from '../../../tools/loadgen/pace.ts'
import type { Feed } from '../feed/feed.ts'

const scrollers = 64
const coldPerSecond = 100
const lastMsMax = 20_000

/** Viewers who go to the next live video as soon as events of the last one would reach them. */
export async function scroll(feed: Feed, durationMs: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + durationMs
  const loop = async () => {
    while (performance.now() < end && !signal.aborted) await feed.visit(feed.drawLiveVideo())
  }
  await Promise.all(Array.from({ length: scrollers }, loop))
}

/** Viewers who each come to a live video of their own, at a pace: each of them is the first one there. */
export async function visitCold(feed: Feed, durationMs: number, signal: AbortSignal): Promise<void> {
  let underWay = 0
  const visit = async (index: number) => {
    underWay++
    await feed.visit(`cold-${index}`)
    underWay--
  }
  const count = Math.ceil((coldPerSecond * durationMs) / 1_000)
  await pace(count, coldPerSecond, (index) => void visit(index), signal)
  await until(() => underWay === 0, lastMsMax)
}
