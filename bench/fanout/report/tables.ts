import { fixed, percent, short, whole } from '../../chart/numbers.ts'
import type { Table } from '../../tables/table.ts'
import type { IdleRun } from '../runs/idle.ts'
import type { JoinRun } from '../runs/join.ts'
import { describe, type WatchRun } from '../runs/watch.ts'
import { runsOf } from './find.ts'
import type { FanOutResults } from './results.ts'

type Cell<Run> = [group: string, head: string, value: (run: Run) => string]

type Cores = Pick<WatchRun, 'serverShare' | 'loadShare' | 'othersShare' | 'clientLimited'>

const cores: Cell<Cores>[] = [
  ['CPU', 'server', ({ serverShare }) => percent(serverShare)],
  // Where the load was the limit, the server could have done more.
  [
    'CPU',
    'load',
    ({ loadShare, clientLimited }) => `${percent(loadShare)}${clientLimited ? ': the limit' : ''}`,
  ],
  ['CPU', 'others', ({ othersShare }) => percent(othersShare)],
]

const counts: Cell<WatchRun>[] = [
  ['', 'deliveries', ({ deliveries }) => whole(deliveries)],
  ['', 'lost', ({ lost }) => whole(lost)],
  [
    '',
    'repeated or astray',
    ({ repeated, outOfOrder, misordered }) => whole(repeated + outOfOrder + misordered),
  ],
]

const names: Cell<WatchRun>[] = [
  ['', 'server', ({ title }) => title],
  ['', 'load', describe],
]

const fanOut: Cell<WatchRun>[] = [
  ...names,
  ...counts,
  ['', 'deliveries/s', ({ deliveriesPerSecond }) => whole(deliveriesPerSecond)],
  ['', 'µs each', ({ microsecondsPerDelivery }) => fixed(2)(microsecondsPerDelivery)],
  ['', 'batch', ({ batchFactor }) => short(batchFactor)],
  ['', 'bytes each', ({ bytesPerDelivery }) => whole(bytesPerDelivery)],
  ['post → viewer, ms', 'p50', ({ latencyMs }) => short(latencyMs?.p50)],
  ['post → viewer, ms', 'p99', ({ latencyMs }) => short(latencyMs?.p99)],
  ...cores,
]

const accepting: Cell<WatchRun>[] = [
  ...names,
  ['', 'answered', ({ accepted }) => whole(accepted)],
  ['', 'refused', ({ refused }) => whole(refused)],
  ['', 'a second', ({ accepted, seconds }) => whole(accepted / seconds)],
  ['reply, ms', 'p50', ({ replyMs }) => short(replyMs?.p50)],
  ['reply, ms', 'p99', ({ replyMs }) => short(replyMs?.p99)],
  ...cores,
]

const beside: Cell<WatchRun>[] = [
  ...names,
  ...counts,
  ['', 'posts', ({ otherAccepted }) => whole(otherAccepted)],
  ['', 'refused', ({ otherRefused }) => whole(otherRefused)],
  ['reply, ms', 'p50', ({ otherReplyMs }) => short(otherReplyMs?.p50)],
  ['reply, ms', 'p99', ({ otherReplyMs }) => short(otherReplyMs?.p99)],
  ...cores,
]

const idle: Cell<IdleRun>[] = [
  ['', 'server', ({ title }) => title],
  ['', 'load', ({ viewers }) => `${whole(viewers)} viewers`],
  ['', 'refused', ({ failed }) => whole(failed)],
  ['', 'KB each', ({ bytesPerViewer }) => short(Math.max(0, bytesPerViewer) / 1_024)],
]

const joins: Cell<JoinRun>[] = [
  ['', 'server', ({ title }) => title],
  ['', 'load', ({ atOnce, liveVideos }) => `${atOnce} at once, ${whole(liveVideos)} live videos`],
  ['', 'joins', (run) => whole(run.joins)],
  ['', 'failed', ({ failed }) => whole(failed)],
  ['', 'a second', ({ joinsPerSecond }) => whole(joinsPerSecond)],
  ['first bytes, ms', 'p50', ({ joinMs }) => short(joinMs?.p50)],
  ['first bytes, ms', 'p99', ({ joinMs }) => short(joinMs?.p99)],
  ...cores,
]

/** The rows of the comparison as tables, in their order. */
export function tablesOf(results: FanOutResults): Table[] {
  const watched = (row: number, what: string, cells = fanOut) =>
    tableOf(`${row}. ${what}`, cells, runsOf(results, row))
  return [
    watched(1, 'CPU per delivery, 20 comments a second'),
    watched(2, 'CPU per delivery, 100 comments a second'),
    watched(3, 'Saturation'),
    tableOf('4. User memory of viewers who wait', idle, results.idle),
    watched(5, 'Compressed'),
    tableOf('6. Viewers who come and go', joins, results.joined),
    watched(7, 'A quiet live video'),
    watched(8, 'Comments accepted durably', accepting),
    watched(9, 'Posts to another live video', beside),
    watched(10, 'Beside viewers who never read'),
    watched(11, 'Workers; server and load share both cores'),
  ].filter(({ rows }) => rows.length > 0)
}

const tableOf = <Run>(title: string, cells: Cell<Run>[], runs: readonly Run[]): Table => ({
  title,
  columns: cells.map(([group, head]) => ({ group, head })),
  rows: runs.map((run) => cells.map(([, , value]) => value(run))),
})
