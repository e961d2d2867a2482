import { whole } from '../../chart/numbers.ts'
import { toMarkdownGoals } from '../../tables/goals.ts'
import { toMarkdownTable } from '../../tables/markdown.ts'
import { goalsOf } from './goals.ts'
import type { RoutingResults } from './results.ts'
import { tablesOf } from './tables.ts'

/** The comparison for a page; its headings begin at the third level. */
export const toMarkdown = (results: RoutingResults): string =>
  [
    workload(results),
    ...tablesOf(results).map(toMarkdownTable),
    toMarkdownGoals(goalsOf(results)),
    verdict(results),
    '',
  ].join('\n\n')

function workload(results: RoutingResults): string {
  const { liveVideos, viewers, commentsPerSecond, realtimeNodes, seconds, cores, startedAt } = results
  return [
    `${whole(viewers)} viewers of ${whole(liveVideos)} live videos, ${commentsPerSecond} comments a second,`,
    `${realtimeNodes} realtime nodes, ${seconds} s for each way; ${startedAt.slice(0, 10)},`,
    `everything on one machine with ${cores} cores: times are ratios within this run.`,
  ].join(' ')
}

const verdict = ({ faults, ways }: RoutingResults): string => {
  const expected = ways.reduce((sum, way) => sum + way.verdict.expected, 0)
  if (faults.length === 0)
    return `Of ${whole(expected)} deliveries none was lost, repeated or out of order, in any way.`
  return ['What went wrong:', '', ...faults.map((fault) => `- ${fault}`)].join('\n')
}
