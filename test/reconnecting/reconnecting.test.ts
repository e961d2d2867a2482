import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeededRandom } from '../simulation/random.ts'
import { VirtualClock } from '../simulation/virtual-clock.ts'
import { type Fate, type Loop, loops } from './loops.ts'

const runMs = 5 * 60_000
/** Shorter than any success that is believed. */
const briefMsMax = 400

/** Refusals, and successes that are over at once or in a moment, again and again. */
const fates = fc.array(fc.record({ lastedMs: fc.option(fc.oneof(fc.constant(0), fc.nat(briefMsMax))) }), {
  minLength: 1,
  maxLength: 5,
})

/** The times of its attempts, in ms. */
async function attemptsOf(loop: Loop, seed: number, met: Fate[]): Promise<number[]> {
  const clock = new VirtualClock((error) => expect.unreachable(String(error)))
  const times: number[] = []
  const attempt = () => {
    times.push(clock.elapsed())
    return met[times.length % met.length] as Fate
  }
  loop.start({ clock, random: new SeededRandom(seed).next, attempt })
  // Some begin in a turn of their own.
  clock.after(0, () => {})
  await clock.runFor(runMs)
  return times
}

test.each(Object.entries(loops))(
  'FT-18: what refuses, or accepts and hangs up, is asked ever less often and never forgotten: %s',
  async (_, loop) => {
    const few = 24 + (2 * runMs) / loop.waitMsMax
    await fc.assert(
      fc.asyncProperty(fates, fc.nat(), async (met, seed) => {
        const times = await attemptsOf(loop, seed, met)
        expect(times.length).toBeLessThan(few)
        const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
        const last = runMs - (times.at(-1) ?? 0)
        expect(Math.max(...waits, last)).toBeLessThanOrEqual(loop.waitMsMax + 2 * briefMsMax)
      }),
      { numRuns: 5 },
    )
  },
)

test.each(Object.entries(loops))(
  'FT-18: many who were cut off together do not come back together: %s',
  async (_, loop) => {
    const met = [{ lastedMs: null }]
    const [one, other] = [await attemptsOf(loop, 1, met), await attemptsOf(loop, 2, met)]
    const together = one.filter((time, index) => Math.abs(time - (other[index] ?? 0)) < 1)
    expect(together.length).toBeLessThan(3 + one.length / 10)
  },
)
