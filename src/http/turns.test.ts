import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { type TurnKind, Turns, type TurnsOptions } from './turns.ts'

interface Begun {
  name: string
  isLate: boolean
  /** In which turn of the event loop. */
  loop: number
  waitedMs: number
}

const never = { waitMsMax: Number.POSITIVE_INFINITY, aheadMin: 0 }
const patient: TurnsOptions = { sliceMs: 10, patience: { streams: never, requests: never } }

/** Turns on a clock that stands still but for the work that is begun. A refusal costs a tenth of a millisecond. */
function setUp(options: TurnsOptions = patient) {
  const clock = new ManualClock()
  const turns = new Turns({ clock, options })
  const begun: Begun[] = []
  let loop = 0
  const add = (kind: TurnKind, key: string, costMs: number, name = key) => {
    const since = clock.elapsed()
    turns.take(kind, { key }, (isLate) => {
      begun.push({ name, isLate, loop, waitedMs: clock.elapsed() - since })
      clock.spend(isLate ? 0.1 : costMs)
    })
  }
  /** One turn of the event loop. */
  const turn = async () => {
    loop++
    clock.advance(0)
    await new Promise(setImmediate)
  }
  const finish = async () => {
    while (clock.waiting > 0) await turn()
  }
  return { clock, begun, add, turn, finish }
}

const names = (begun: Begun[]) => begun.map(({ name }) => name)
const counted = (begun: Begun[], name: string) => begun.filter((each) => each.name === name).length

test('FS-8: nothing begins at once, and in one turn of the event loop no more than a slice', async () => {
  const { begun, add, turn, finish } = setUp()
  for (let count = 0; count < 25; count++) add('requests', `client ${count}`, 2)
  expect(begun).toEqual([])
  await turn()
  expect(begun).toHaveLength(5)
  await finish()
  for (let loop = 1; loop <= 5; loop++) expect(begun.filter((each) => each.loop === loop)).toHaveLength(5)
})

test('FS-8: what a piece of work leaves to promises belongs to its slice', async () => {
  const clock = new ManualClock()
  const turns = new Turns({ clock, options: patient })
  let done = 0
  for (let count = 0; count < 4; count++)
    turns.take('requests', { key: String(count) }, () => {
      void Promise.resolve().then(() => {
        clock.spend(6)
        done++
      })
    })
  clock.advance(0)
  await new Promise(setImmediate)
  expect(done).toBe(2)
})

test('FS-8: clients take turns, and the requests of one keep their order', async () => {
  const { begun, add, finish } = setUp()
  for (let count = 0; count < 5; count++) add('requests', 'flood', 1, `flood ${count}`)
  add('requests', 'ann', 1)
  add('requests', 'ben', 1)
  await finish()
  expect(names(begun)).toEqual(['flood 0', 'ann', 'ben', 'flood 1', 'flood 2', 'flood 3', 'flood 4'])
})

test('FS-8: streams and requests share the time evenly, however dear and however many each are', async () => {
  const share = async (streamMs: number, requestMs: number) => {
    const { begun, add, turn } = setUp()
    for (let count = 0; count < 2_000; count++) {
      add('streams', `viewer ${count}`, streamMs, 'stream')
      add('requests', `client ${count}`, requestMs, 'request')
    }
    for (let count = 0; count < 20; count++) await turn()
    const spent = [counted(begun, 'stream') * streamMs, counted(begun, 'request') * requestMs] as const
    expect(Math.abs(spent[0] - spent[1])).toBeLessThanOrEqual(Math.max(streamMs, requestMs))
  }
  const cost = fc.integer({ min: 1, max: 8 })
  await fc.assert(fc.asyncProperty(cost, cost, share), { numRuns: 30 })
})

test('FS-8: a kind that had nothing to do has no claim on the time before', async () => {
  const { begun, add, turn } = setUp()
  for (let count = 0; count < 200; count++) add('streams', `viewer ${count}`, 1, 'stream')
  for (let count = 0; count < 10; count++) await turn()
  const before = begun.length
  for (let count = 0; count < 200; count++) add('requests', `client ${count}`, 1, 'request')
  for (let count = 0; count < 4; count++) await turn()
  expect(counted(begun.slice(before), 'request')).toBeLessThanOrEqual(21)
})

const hasty: TurnsOptions = {
  sliceMs: 10,
  patience: { streams: never, requests: { waitMsMax: 100, aheadMin: 20 } },
}

test('FS-9: under lasting overload what is served has not waited long, and all else is told', async () => {
  const { begun, add, turn, finish } = setUp(hasty)
  let clients = 0
  // Three times what can be served: each turn of the loop is a slice of ten, and thirty come.
  for (let round = 0; round < 100; round++) {
    for (let count = 0; count < 30; count++) add('requests', `client ${clients++}`, 1)
    await turn()
  }
  await finish()
  expect(begun).toHaveLength(clients)
  const served = begun.filter(({ isLate }) => !isLate)
  // But for the twenty that may wait at the end, however slowly.
  for (const { waitedMs } of served.slice(0, -20)) expect(waitedMs).toBeLessThanOrEqual(100)
  // Half of the time goes to what is served, though the rest would fill all of it.
  expect(served.length).toBeGreaterThan(500)
})

test('FS-9: a burst is served whole while it is served in time, and few are never refused', async () => {
  const burst = async (size: number, costMs: number) => {
    const { begun, add, finish } = setUp(hasty)
    for (let count = 0; count < size; count++) add('requests', `client ${count}`, costMs)
    await finish()
    return begun.filter(({ isLate }) => isLate).length
  }
  expect(await burst(100, 1)).toBe(0)
  expect(await burst(19, 1_000)).toBe(0)
  expect(await burst(300, 1)).toBeGreaterThan(0)
})

test('FS-9: beside a client that floods, nobody else is late', async () => {
  const { begun, add, turn } = setUp(hasty)
  for (let round = 0; round < 60; round++) {
    for (let count = 0; count < 30; count++) add('requests', 'flood', 1)
    add('requests', `ann ${round}`, 1)
    await turn()
  }
  const others = begun.filter(({ name }) => name !== 'flood')
  expect(others).toHaveLength(60)
  for (const { isLate, waitedMs } of others) expect([isLate, waitedMs <= 20]).toEqual([false, true])
  expect(begun.some(({ name, isLate }) => name === 'flood' && isLate)).toBe(true)
})
