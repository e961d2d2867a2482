import { expect, test } from 'vitest'
import { assumptions } from '../assumptions.ts'
import { SeededRandom } from '../random.ts'
import { subscribedPart, subscribesPerSecond } from './subscriptions.ts'

const lingerSeconds = 10

/** Viewers one by one: each comes at random, stays as long as it likes, and is lingered for. */
function follow(viewers: number, seconds: number) {
  const random = new SeededRandom(7)
  const exponential = (mean: number) => -mean * Math.log(1 - random.next())
  let [now, subscribedUntil, subscribes, subscribed] = [0, 0, 0, 0]
  while (now < seconds) {
    now += exponential(assumptions.staySeconds / viewers)
    const until = now + exponential(assumptions.staySeconds) + lingerSeconds
    if (now > subscribedUntil) subscribes++
    subscribed += Math.max(0, until - Math.max(now, subscribedUntil))
    subscribedUntil = Math.max(subscribedUntil, until)
  }
  return { subscribesPerSecond: subscribes / now, subscribedPart: subscribed / now }
}

test.each([0.01, 0.2, 1, 3])(
  'SM-5: with %d viewers on average the formulas say what counting says',
  (viewers) => {
    const counted = follow(viewers, 3_000_000 / viewers)
    expect(subscribesPerSecond(viewers) / counted.subscribesPerSecond).toBeCloseTo(1, 1)
    expect(subscribedPart(viewers) / counted.subscribedPart).toBeCloseTo(1, 1)
  },
)
