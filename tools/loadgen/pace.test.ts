import { expect, test } from 'vitest'
import { pace, until } from './pace.ts'

const never = new AbortController().signal

test('runs each once, in order, none before its turn begins', async () => {
  const [perSecond, count] = [500, 50]
  const startedAt = performance.now()
  const ran: number[] = []
  const run = (index: number) => {
    // Timers count whole milliseconds from the start of the event loop's turn: they may fire early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual((index * 1_000) / perSecond - 10)
    ran.push(index)
  }
  await pace(count, perSecond, run, never)
  expect(ran).toEqual([...Array(count).keys()])
})

test('sockets are read while it catches up', async () => {
  let turns = 0
  const turn = setInterval(() => turns++, 0)
  const busy = () => {
    const end = performance.now() + 0.1
    while (performance.now() < end);
  }
  await pace(1_000, 1e6, busy, never)
  clearInterval(turn)
  expect(turns).toBeGreaterThan(3)
})

test('aborted, it stops in the middle of a wait', async () => {
  const abort = new AbortController()
  let runs = 0
  const running = pace(10, 0.001, () => runs++, abort.signal)
  abort.abort()
  await running
  expect(runs).toBe(0)
})

test('until tells whether the condition came to hold', async () => {
  let polls = 0
  expect(await until(() => ++polls === 3, 60_000)).toBe(true)
  expect(await until(() => false, 20)).toBe(false)
  expect(await until(() => false, 60_000, AbortSignal.abort())).toBe(false)
})
