import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Asker, ConcurrencyLimit, type ConcurrencyOptions, type Priority } from './concurrency-limit.ts'

const wide = {
  runningMax: 1,
  pagesRunningMax: 1,
  waitingMax: 1_000,
  clientWaitingMax: 1_000,
  pagePatience: null,
}
const asking = (priority: Priority, key = 'a'): Asker => ({ key, priority })

/** Work that ends when it is told to, and the order in which it was begun. */
function setUp(options: Partial<ConcurrencyOptions> = {}) {
  const limit = new ConcurrencyLimit({ ...wide, ...options })
  const began: string[] = []
  const running: (() => void)[] = []
  const rejected: string[] = []
  const ask = (asker: Asker, name = `${asker.priority} ${asker.key}`) => {
    const work = () => {
      began.push(name)
      return new Promise<void>((resolve) => running.push(resolve))
    }
    limit.run(asker, work).catch(({ code }) => rejected.push(`${name}: ${code}`))
  }
  const settle = () => new Promise(setImmediate)
  const end = async () => {
    running.shift()?.()
    await settle()
  }
  return { ask, began, running, rejected, end, settle }
}

test('CM-11: only so many run at a time, in the order they came, and none is forgotten', async () => {
  const run = async (runningMax: number, count: number) => {
    const limit = new ConcurrencyLimit({ ...wide, runningMax, pagesRunningMax: runningMax })
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
    const all = Array.from({ length: count }, (_, index) => limit.run(asking('page'), work(index)))
    await Promise.allSettled(all)
    expect(began).toEqual(Array.from({ length: count }, (_, index) => index))
    expect(most).toBe(Math.min(runningMax, count))
  }
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 20 }), run), { numRuns: 30 })
})

test('FS-2: a client that asks without end is told so, and others are served in turn with it', async () => {
  const { ask, began, rejected, end, settle } = setUp({ waitingMax: 6, clientWaitingMax: 4 })
  for (let count = 0; count < 7; count++) ask(asking('page', 'flood'), `flood ${count}`)
  for (const key of ['b', 'c', 'd', 'e']) ask(asking('page', key), key)
  await settle()
  expect(rejected).toEqual([
    'flood 5: too_many_requests',
    'flood 6: too_many_requests',
    'flood 4: too_many_requests',
    'flood 3: too_many_requests',
  ])
  for (let count = 0; count < 7; count++) await end()
  expect(began).toEqual(['flood 0', 'flood 1', 'b', 'c', 'd', 'e', 'flood 2'])
})

test('CM-11: when there is no room for anybody, a client that has nothing waiting is told that too', async () => {
  const { ask, rejected, settle } = setUp({ waitingMax: 2 })
  for (const key of ['a', 'b', 'c', 'd']) ask(asking('page', key))
  await settle()
  expect(rejected).toEqual(['page d: overloaded'])
})

test('FS-3: what all viewers need comes before one stream, and streams before pages', async () => {
  const { ask, began, end, settle } = setUp()
  ask(asking('page'), 'first')
  for (const priority of ['page', 'stream', 'shared'] as const)
    for (const key of ['a', 'b']) ask(asking(priority, key))
  await settle()
  for (let count = 0; count < 6; count++) await end()
  expect(began).toEqual(['first', 'shared a', 'shared b', 'stream a', 'stream b', 'page a', 'page b'])
})

test('FS-3: pages leave places free for what is more urgent', async () => {
  const { ask, began, running, end, settle } = setUp({ runningMax: 3, pagesRunningMax: 1 })
  for (let count = 0; count < 4; count++) ask(asking('page'))
  ask(asking('stream'))
  await settle()
  expect(began).toEqual(['page a', 'stream a'])
  await end()
  expect([began.length, running.length]).toEqual([3, 2])
})

test('FS-3: however much urgent work there is, the rest is served now and then', async () => {
  const mix = fc.array(fc.constantFrom<Priority>('shared', 'stream'), { minLength: 40, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(mix, async (urgent) => {
      const { ask, began, end, settle } = setUp()
      for (const priority of urgent) ask(asking(priority))
      ask(asking('page'), 'page')
      await settle()
      for (let count = 0; count < 20; count++) await end()
      expect(began.indexOf('page')).toBeGreaterThan(0)
      expect(began.indexOf('page')).toBeLessThan(20)
    }),
    { numRuns: 20 },
  )
})

test('FS-9: pages that have waited too long behind many are refused, heads and streams never', async () => {
  const { ask, began, rejected, end, settle } = setUp({ pagePatience: { waitMsMax: -1, aheadMin: 3 } })
  for (let count = 0; count < 8; count++) ask(asking('page', 'flood'), `page ${count}`)
  ask(asking('page', 'ann'), 'page of ann')
  for (let count = 0; count < 6; count++) ask(asking('stream', `viewer ${count}`), `stream ${count}`)
  await settle()
  for (let count = 0; count < 20; count++) await end()
  // The first page began at once; each of the next had those of its own client before it, and ann the first of them.
  expect(rejected).toEqual([4, 5, 6, 7].map((count) => `page ${count}: overloaded`))
  expect(began.filter((name) => name.startsWith('page')).sort()).toEqual([
    'page 0',
    'page 1',
    'page 2',
    'page 3',
    'page of ann',
  ])
  expect(began.filter((name) => name.startsWith('stream'))).toHaveLength(6)
})
