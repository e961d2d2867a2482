import { fixed, whole } from '../../chart/numbers.ts'
import type { Goal } from '../../tables/goals.ts'
import { isHeld } from '../runs/watch.ts'
import { best, ofServer, ratio, runOf, runsOf } from './find.ts'
import type { FanOutResults } from './results.ts'

type Value = number | null | undefined
type Write = (value: number) => string

/** What is aimed at, and what this run found; what was not asked for is left out. */
export function goalsOf(results: FanOutResults): Goal[] {
  return [
    ...steady(results),
    ...saturated(results),
    ...memory(results),
    ...compressed(results),
    ...joining(results),
    ...quiet(results),
    ...posting(results),
    ...slow(results),
  ]
}

const goal = (sign: '≤' | '≥', what: string, value: Value, bound: number, write: Write): Goal[] =>
  value === null || value === undefined
    ? []
    : [
        {
          what,
          goal: `${sign} ${write(bound)}`,
          found: write(value),
          met: sign === '≤' ? value <= bound : value >= bound,
        },
      ]

const atMost = (what: string, value: Value, bound: number, write: Write): Goal[] =>
  goal('≤', what, value, bound, write)
const atLeast = (what: string, value: Value, bound: number, write: Write): Goal[] =>
  goal('≥', what, value, bound, write)

const times: Write = (value) => `${fixed(2)(value)} ×`
const ms: Write = (value) => `${fixed(value < 100 ? 1 : 0)(value)} ms`

function steady(results: FanOutResults): Goal[] {
  const [few, many] = [runOf(results, 1, 'chorus'), runOf(results, 2, 'chorus')]
  const toNchan = (row: number) =>
    ratio(
      runOf(results, row, 'chorus')?.microsecondsPerDelivery,
      runOf(results, row, 'nchan')?.microsecondsPerDelivery,
    )
  return [
    ...atMost('1: CPU per delivery at 20 comments/s, to Nchan’s', toNchan(1), 0.85, times),
    ...atMost('1: post to viewer at 20 comments/s, p50', few?.latencyMs?.p50, 10, ms),
    ...atMost('2: CPU per delivery at 100 comments/s, to Nchan’s', toNchan(2), 0.12, times),
    ...atMost('2: post to viewer at 100 comments/s, p99', many?.latencyMs?.p99, 150, ms),
  ]
}

function saturated(results: FanOutResults): Goal[] {
  const runs = runsOf(results, 3).filter(({ server }) => server.startsWith('chorus'))
  const run = best(runs, isHeld)
  const found = runs.length === 0 ? undefined : (run?.deliveriesPerSecond ?? 0)
  return [
    ...atLeast('3: deliveries a second, nothing lost', found, 2_500_000, whole),
    ...atMost('3: post to viewer meanwhile, p99', run?.latencyMs?.p99, 200, ms),
  ]
}

const kilobytes: Write = (value) => `${fixed(1)(value / 1_024)} KB`

const memory = ({ idle }: FanOutResults): Goal[] =>
  atMost('4: user memory per idle viewer', ofServer(idle, 'chorus')?.bytesPerViewer, 4.5 * 1_024, kilobytes)

function compressed(results: FanOutResults): Goal[] {
  const [plain, gzip] = [runOf(results, 5, 'chorus'), runOf(results, 5, 'chorus-gzip')]
  const cpu = ratio(gzip?.microsecondsPerDelivery, plain?.microsecondsPerDelivery)
  return [
    ...atMost(
      '5: bytes per delivery with gzip',
      ratio(gzip?.bytesPerDelivery, plain?.bytesPerDelivery),
      0.3,
      times,
    ),
    ...atMost('5: CPU per delivery with gzip', cpu, 1.2, times),
  ]
}

function joining({ joined }: FanOutResults): Goal[] {
  const [chorus, nchan] = [ofServer(joined, 'chorus'), ofServer(joined, 'nchan')]
  return [
    ...atLeast(
      '6: viewers who come and go, to Nchan’s',
      ratio(chorus?.joinsPerSecond, nchan?.joinsPerSecond),
      1,
      times,
    ),
    ...atMost('6: coming to the first bytes, p99', chorus?.joinMs?.p99, 10, ms),
  ]
}

function quiet(results: FanOutResults): Goal[] {
  const latency = runOf(results, 7, 'chorus')?.latencyMs
  return [
    ...atMost('7: post to viewer, one quiet live video, p50', latency?.p50, 3, ms),
    ...atMost('7: post to viewer, one quiet live video, p99', latency?.p99, 15, ms),
  ]
}

function posting(results: FanOutResults): Goal[] {
  const [chorus, empty] = [runOf(results, 8, 'chorus'), runOf(results, 8, 'empty-201')]
  const [calm, busy] = runsOf(results, 9)
  const accepted = ratio(ratio(chorus?.accepted, chorus?.seconds), ratio(empty?.accepted, empty?.seconds))
  const p99 = ratio(busy?.otherReplyMs?.p99, calm?.otherReplyMs?.p99)
  return [
    ...atLeast('8: comments accepted durably, to empty answers', accepted, 0.6, times),
    ...atMost('8: reply to a post, p99', chorus?.replyMs?.p99, 50, ms),
    ...atMost('9: reply to a post beside 10,000 viewers, p99, to that beside none', p99, 2, times),
  ]
}

function slow(results: FanOutResults): Goal[] {
  const [without, with500] = runsOf(results, 10)
  const p99 = ratio(with500?.latencyMs?.p99, without?.latencyMs?.p99)
  return atMost('10: p99 beside viewers who never read, to that without', p99, 1.1, times)
}
