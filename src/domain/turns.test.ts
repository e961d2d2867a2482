import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('CM-11: only so many run at a time, in the order they came, and none is forgotten', async () => {
  const run = async (runningMax: number, count: number) => {
    const turns = new Turns(runningMax, count)
    const began: number[] = []
    let running = 0
    let most = 0
    const work = (index: number) => async () => {
      began.push(index)
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
      if (index % 3 === 0) throw new Error('went wrong')
    }
    await Promise.allSettled(Array.from({ length: count }, (_, index) => turns.take(work(index))))
    expect(began).toEqual(Array.from({ length: count }, (_, index) => index))
    expect(most).toBe(Math.min(runningMax, count))
  }
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 20 }), run), { numRuns: 30 })
})

test('CM-11: the line has an end, and who does not fit is told to come back', async () => {
  const turns = new Turns(1, 1)
  const release = Promise.withResolvers<void>()
  const first = turns.take(() => release.promise)
  const second = turns.take(async () => 'done')
  await expect(turns.take(async () => {})).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_000 })
  release.resolve()
  await first
  expect(await second).toBe('done')
})
