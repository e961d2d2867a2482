import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { dispatchOf } from './dispatch.testing.ts'
import { DispatchPoll } from './poll.ts'

/** A poll, a server that answers as it is told, and a clock. */
function world(random = () => 0.5) {
  const clock = new ManualClock()
  const seen = { asked: 0, answered: 0, silent: 0 }
  let answer: () => Response = () => Response.json(dispatchOf(['a']))
  const poll = new DispatchPoll({
    clock,
    random,
    fetch: async () => {
      seen.asked++
      return answer()
    },
    onAnswer: () => seen.answered++,
    onSilence: () => seen.silent++,
  })
  return {
    poll,
    seen,
    answerWith: (next: () => Response) => {
      answer = next
    },
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 100) {
        clock.advance(Math.min(left, 100))
        await setImmediate()
      }
    },
  }
}

it('CP-6: it asks at once and about once a second', async () => {
  const { poll, seen, pass } = world()
  poll.wake()
  await pass(10_050)
  expect(seen.asked).toBeGreaterThanOrEqual(9)
  expect(seen.asked).toBeLessThanOrEqual(12)
  expect(seen.answered).toBe(seen.asked)
})

it('CP-6: it asks less and less often while nobody answers, and as before afterwards', async () => {
  const { poll, seen, pass, answerWith } = world()
  answerWith(() => {
    throw new TypeError('no network')
  })
  poll.wake()
  await pass(60_000)
  expect(seen.asked).toBeLessThanOrEqual(10)
  expect(seen.silent).toBe(seen.asked)
  answerWith(() => Response.json(dispatchOf(['a'])))
  await pass(15_100)
  const asked = seen.asked
  await pass(5_000)
  expect(seen.asked - asked).toBeGreaterThanOrEqual(4)
})

it('CP-6: it does not ask while nobody looks, and at once when somebody does again', async () => {
  const { poll, seen, pass } = world()
  poll.wake()
  await pass(2_500)
  poll.rest()
  const asked = seen.asked
  await pass(30_000)
  expect(seen.asked).toBe(asked)
  poll.wake()
  await pass(100)
  expect(seen.asked).toBe(asked + 1)
})

it('CP-6: pages that were opened together do not ask together', async () => {
  const [early, late] = [world(() => 0), world(() => 0.999)]
  early.poll.wake()
  late.poll.wake()
  await Promise.all([early.pass(10_000), late.pass(10_000)])
  expect(early.seen.asked).toBeGreaterThan(late.seen.asked)
})

it('takes an answer of another shape for none', async () => {
  const { poll, seen, pass, answerWith } = world()
  for (const body of [{ nodes: [] }, null, 'a page of a proxy', []]) {
    answerWith(() => Response.json(body))
    poll.wake()
    await pass(100)
  }
  expect(seen).toMatchObject({ answered: 0, silent: 4 })
})
