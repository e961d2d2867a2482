import { toMarkdownGoals } from '../../tables/goals.ts'
import { toMarkdownTable } from '../../tables/markdown.ts'
import { goalsOf } from './goals.ts'
import type { FanOutResults } from './results.ts'
import { tablesOf } from './tables.ts'

/** The comparison for a page; its headings begin at the third level. */
export function toMarkdown(results: FanOutResults): string {
  const goals = goalsOf(results)
  return [
    circumstances(results),
    ...(goals.length > 0 ? [toMarkdownGoals(goals)] : []),
    ...tablesOf(results).map(toMarkdownTable),
    legend,
    ...(results.faults.length > 0
      ? [`What went wrong:\n\n${results.faults.map((fault) => `- ${fault}`).join('\n')}`]
      : []),
    '',
  ].join('\n\n')
}

const circumstances = ({ startedAt, cores, notPinned, scale }: FanOutResults): string =>
  [
    '`npm run bench:fanout`; one row alone: `npm run bench:fanout -- --only 3`.',
    `${startedAt.slice(0, 10)}, everything on one machine with ${cores} cores, one server after the other,`,
    notPinned === null ? 'the server kept on one core and the load on another:' : `${notPinned}:`,
    'figures are to be read as ratios within this run.',
    ...(scale === 1 ? [] : [`Viewers and durations are ${scale} of those of a whole run.`]),
  ].join(' ')

const legend = [
  'A comment is 120 bytes of text. Every server carries it in an event of about the size that Chorus makes, with id,',
  'author and time; *bytes each* is what came over the wire for one delivery. Deliveries are counted at the viewers,',
  'each of whom checks that every comment comes once and in the order in which the others get it; *lost* is what had',
  'not come six seconds after the last post. *µs each* is the server’s processor time, kernel’s included, less what it',
  'takes when idle. *batch* is deliveries in one read of a viewer. *others* is the part of the server’s core that',
  'something else had meanwhile. KB are 1,024 bytes, of memory that no other process shares.',
].join('\n')
