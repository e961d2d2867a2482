import { goalsOf } from './goals.ts'
import { whole } from './numbers.ts'
import type { RoutingResults } from './results.ts'
import { type Table, tablesOf } from './tables.ts'

/** The comparison for a page; its headings begin at the third level. */
export function toMarkdown(results: RoutingResults): string {
  return [workload(results), ...tablesOf(results).map(toText), goals(results), verdict(results), ''].join(
    '\n\n',
  )
}

function workload(results: RoutingResults): string {
  const { liveVideos, viewers, commentsPerSecond, realtimeNodes, seconds, cores, startedAt } = results
  return [
    `${whole(viewers)} viewers of ${whole(liveVideos)} live videos, ${commentsPerSecond} comments a second,`,
    `${realtimeNodes} realtime nodes, ${seconds} s for each way; ${startedAt.slice(0, 10)},`,
    `everything on one machine with ${cores} cores: times are ratios within this run.`,
  ].join(' ')
}

function toText({ title, columns, rows }: Table): string {
  const heads = columns.map(({ group, head }) => (group === '' ? head : `${group}: ${head}`))
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const rule = `|${columns.map((_, at) => (at < 2 ? '---|' : '--:|')).join('')}`
  return [`### ${title}`, '', line(heads), rule, ...rows.map(line)].join('\n')
}

const goals = (results: RoutingResults): string =>
  [
    '### Goals',
    '',
    '| | goal | found | |',
    '|---|--:|--:|---|',
    ...goalsOf(results).map(
      ({ what, goal, found, met }) => `| ${what} | ${goal} | ${found} | ${met ? 'met' : '**missed**'} |`,
    ),
  ].join('\n')

const verdict = ({ faults, ways }: RoutingResults): string => {
  const expected = ways.reduce((sum, way) => sum + way.verdict.expected, 0)
  if (faults.length === 0)
    return `Of ${whole(expected)} deliveries none was lost, repeated or out of order, in any way.`
  return ['What went wrong:', '', ...faults.map((fault) => `- ${fault}`)].join('\n')
}
