import { toMarkdownGoals } from '../../tables/goals.ts'
import { toMarkdownTable } from '../../tables/markdown.ts'
import { goalsOf } from './goals.ts'
import type { OverloadResults } from './results.ts'
import { tablesOf } from './tables.ts'

/** The figures for a page; its headings begin at the third level. */
export const toMarkdown = (results: OverloadResults): string =>
  [
    workload(results),
    ...tablesOf(results).map(toMarkdownTable),
    toMarkdownGoals(goalsOf(results)),
    ...results.faults.map((fault) => `**Fault**: ${fault}`),
    newcomers,
    '',
  ].join('\n\n')

/** Why more than a core can take shows as waiting, for whoever reads the figures. */
const newcomers = [
  'Node accepts one connection of a listening socket in each turn of its event loop. Where more newcomers come than it',
  'accepts they wait in the kernel, where the server does not see them: that is in the times of *served* and *told*.',
].join(' ')

function workload({ secondsPerStep, cores, notPinned, startedAt }: OverloadResults): string {
  return [
    `One server on one core, the load on another, over loopback; ${startedAt.slice(0, 10)}, ${cores} cores${notPinned === null ? '' : ` (${notPinned})`}.`,
    'Requests arrive at random moments and wait for no answer, for',
    `${secondsPerStep} s each: *joins* open a stream (the newest 50 comments of one of 100 live videos) and leave once`,
    'they have them, *posts* write a comment of one of 1,000 authors, *reads* ask for a page of 50. *In time* is twice',
    'the p99 at half of what the server can take, or 250 ms. *Told* is 429 or 503 with `Retry-After`, or a stream with `retry:`.',
    '*Left out* is what the load could not offer, being one process itself.',
    'Requests are timed from the moment at which they were due; *begun late* is how much of that is the load’s own delay.',
  ].join(' ')
}
