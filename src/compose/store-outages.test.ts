import { pino } from 'pino'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { ChorusError } from '../domain/errors.ts'
import type { CommentStore } from '../store/store.ts'
import { holdBackRepeats } from './logger.ts'
import { RepeatedLines } from './repeated-lines.ts'
import { logOutages } from './store-outages.ts'

function setUp() {
  const clock = new ManualClock()
  const lines: Record<string, unknown>[] = []
  const hooks = { logMethod: holdBackRepeats(new RepeatedLines(clock)) }
  const logger = pino({ hooks }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const store = { isAway: false }
  const probe = async () => {
    if (store.isAway) throw new ChorusError('store_unavailable', null, null, new Error('disk is gone'))
  }
  const logged = logOutages({ probe } as unknown as CommentStore, logger)
  return { clock, lines, store, probe: () => logged.probe().catch(() => {}) }
}

test('CL-11: an outage is one line when it begins and one when it is over, however many calls fail', async () => {
  const { lines, store, probe } = setUp()
  store.isAway = true
  for (let calls = 0; calls < 100; calls++) await probe()
  store.isAway = false
  await probe()
  expect(lines).toMatchObject([
    { level: 50, msg: expect.stringMatching(/^the store cannot be read/), cause: 'disk is gone' },
    { level: 30, msg: 'the store is read again', failed: 100 },
  ])
})

test('CL-11: a store that fails every other call for 10,000 calls logs a handful of lines, and last what is true', async () => {
  const { clock, lines, store, probe } = setUp()
  for (let calls = 0; calls < 10_001; calls++) {
    store.isAway = !store.isAway
    await probe()
    clock.advance(30)
  }
  clock.advance(120_000)
  // Five minutes: four lines at once, and one a minute.
  expect(lines.length).toBeLessThanOrEqual(4 + 6)
  expect(lines.reduce((sum, { repeated = 1 }) => sum + Number(repeated), 0)).toBe(10_001)
  expect(lines.at(-1)?.msg).toMatch(/^the store cannot be read/)
})
