import { pino } from 'pino'
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { holdBackRepeats } from './logger.ts'
import { RepeatedLines } from './repeated-lines.ts'

function setUp() {
  const clock = new ManualClock()
  const lines: Record<string, unknown>[] = []
  const hooks = { logMethod: holdBackRepeats(new RepeatedLines(clock)) }
  const logger = pino({ hooks }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return { clock, lines, logger }
}

test('CL-11: the same trouble, from whatever request, is one line; other trouble and news are lines of their own', () => {
  const { clock, lines, logger } = setUp()
  for (let request = 0; request < 1_000; request++) {
    logger.child({ reqId: request }).error({ err: new Error('broken'), code: 'internal' }, 'a request failed')
    if (request < 2) logger.info({ node: 'a' }, 'a realtime node joined')
  }
  logger.error({ err: new Error('broken otherwise'), code: 'internal' }, 'a request failed')
  logger.error(new Error('thrown'))
  expect(lines.map(({ msg }) => msg)).toEqual([
    'a request failed',
    'a realtime node joined',
    'a realtime node joined',
    'a request failed',
    'thrown',
  ])
  clock.advance(60_000)
  expect(lines.slice(5)).toMatchObject([{ msg: 'a request failed', repeated: 999 }])
})

test('CL-11: a stack is logged for what may be a bug, and the reason alone for what is none', () => {
  const { lines, logger } = setUp()
  const cause = new Error('connect ECONNREFUSED')
  logger.warn({ err: new Error('ZooKeeper cannot be reached', { cause }) }, 'registry error')
  logger.warn({ err: new TypeError('undefined is no function') }, 'bus error')
  logger.error({ err: new Error('event 7 is missing') }, 'a request failed')
  expect(lines.map(({ reason, cause: why }) => [reason, why])).toEqual([
    ['ZooKeeper cannot be reached', 'connect ECONNREFUSED'],
    [undefined, undefined],
    [undefined, undefined],
  ])
  expect(lines.map((line) => JSON.stringify(line).includes('"stack"'))).toEqual([false, true, true])
})

test('CL-11: lines without fields are bounded, too; news of one subject are, whatever their level', () => {
  const { clock, lines, logger } = setUp()
  for (let times = 0; times < 100; times++) {
    logger.warn('the store was restored')
    logger.info({ about: 'readiness' }, times % 2 === 0 ? 'not ready' : 'ready again')
  }
  expect(lines).toHaveLength(1 + 4)
  clock.advance(60_000)
  expect(lines.slice(5)).toMatchObject([
    { msg: 'the store was restored', repeated: 99 },
    { msg: 'ready again', about: 'readiness', repeated: 96 },
  ])
})
