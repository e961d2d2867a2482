import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { postAllowance } from './post-limit.ts'

const limit = { comments: 4, windowMs: 1_000 }

const step = fc.record({
  waitMs: fc.oneof(fc.nat({ max: 30 }), fc.constant(990), fc.constant(1_000)),
  author: fc.constantFrom('ann', 'ben'),
  /** How many steps later it is put back; never: it stays. */
  backAfter: fc.option(fc.nat({ max: 5 })),
})

test('CM-7: no stretch of time as long as the window holds more than the limit, whatever is put back and when', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new ManualClock()
      const allowance = postAllowance(limit, clock)
      const kept: { author: string; at: number }[] = []
      const pending: { due: number; back: () => void }[] = []
      for (const [index, { waitMs, author, backAfter }] of steps.entries()) {
        clock.advance(waitMs)
        for (const { due, back } of pending) if (due === index) back()
        const write = { author, at: clock.elapsed() }
        const inWindow = kept.filter((each) => each.author === author && each.at > write.at - limit.windowMs)
        try {
          const giveBack = allowance.spend(author)
          expect(inWindow.length).toBeLessThan(limit.comments)
          kept.push(write)
          const back = () => {
            giveBack()
            kept.splice(kept.indexOf(write), 1)
          }
          if (backAfter !== null) pending.push({ due: index + backAfter + 1, back })
        } catch (error) {
          const wait = (inWindow[0]?.at ?? 0) + limit.windowMs - write.at
          expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: Math.max(1, wait) })
          expect(inWindow).toHaveLength(limit.comments)
        }
      }
    }),
  )
})

test('CM-7: repeats of a key around the end of a window give no more than the limit', () => {
  const clock = new ManualClock()
  const allowance = postAllowance(limit, clock)
  clock.advance(900)
  const repeats = Array.from({ length: 4 }, () => allowance.spend('ann'))
  clock.advance(200)
  for (const giveBack of repeats) giveBack()
  for (let count = 0; count < 4; count++) allowance.spend('ann')
  expect(() => allowance.spend('ann')).toThrow(expect.objectContaining({ retryAfterMs: 1_000 }))
})
