import type { SimulationReport } from '../report.ts'
import { incidentLines, replacementLines } from './incidents.ts'
import { method, wrap } from './labels.ts'
import { eventLines, seatingLines } from './modes.ts'
import { count, kilobytes, times } from './numbers.ts'
import { timelineLines } from './timeline.ts'

export type Ink = 'strong' | 'quiet' | 'accent' | 'good' | 'bad'

/** Colours a text, or leaves it alone. */
export type Paint = (ink: Ink, text: string) => string

export const plain: Paint = (_, text) => text

/** The report for people: what was simulated, a section for each question, the targets last. */
export function formatReport(report: SimulationReport, paint: Paint = plain): string {
  const sections: [title: string, unit: string, lines: string[]][] = [
    [
      'What a realtime node receives',
      'events/s on average, bars logarithmic; wasted: nobody there watches',
      eventLines(report, paint),
    ],
    ['Where viewers sit, and what the bus does', '', seatingLines(report, paint)],
    ['A cluster with a Dispatcher', 'busiest node ÷ mean, over the time', timelineLines(report, paint)],
    ['What the Dispatcher moved', '', incidentLines(report, paint)],
    ['A node is lost', 'how long its viewers are without a stream', replacementLines(report, paint)],
    ['The registry', 'writes/s', registryLines(report)],
    ['Targets', '', targetLines(report, paint)],
  ]
  const body = sections.flatMap(([title, unit, lines]) => [
    '',
    `${paint('strong', title)}${unit && paint('quiet', `   ${unit}`)}`,
    ...lines.map((line) => `  ${line}`),
  ])
  const paragraphs = [...method(report), costLine(report)]
  const foot = paragraphs.flatMap((words) => [
    '',
    ...wrap(words.split(' '), 100).map((line) => paint('quiet', line)),
  ])
  return [...headLines(report, paint), ...body, ...foot].join('\n')
}

function headLines({ plan, world }: SimulationReport, paint: Paint): string[] {
  const { nodes, videos, viewers, mega, seed, minutes } = plan
  return [
    paint('strong', `${count(viewers)} viewers on ${count(nodes)} realtime nodes`),
    `${count(videos)} live videos (Zipf), and one that ${count(mega)} come to within a minute`,
    `${count(world.joinsPerSecond)} viewers come and as many go every second; ${count(world.commentsPerSecond)} comments/s`,
    paint('quiet', `${minutes} minutes, seed ${seed}`),
  ]
}

function registryLines({
  registry,
  rowPerViewerWritesPerSecond,
  assignmentBytes,
}: SimulationReport): string[] {
  const lines = registry.map(
    ({ viewers, reportsPerSecond, documentsPerSecond }) =>
      `${count(reportsPerSecond + documentsPerSecond).padStart(12)}   with ${count(viewers)} viewers: ` +
      `${count(reportsPerSecond)} load reports, ${documentsPerSecond.toFixed(1)} documents`,
  )
  return [
    ...lines,
    `${count(rowPerViewerWritesPerSecond).padStart(12)}   if every viewer were a row that is written and removed`,
    `The assignment is one document of ${kilobytes(assignmentBytes)}.`,
  ]
}

function targetLines({ targets }: SimulationReport, paint: Paint): string[] {
  const wide = (pick: (target: SimulationReport['targets'][number]) => string) =>
    Math.max(...targets.map((target) => pick(target).length))
  const [names, wanted, found] = [
    wide(({ name }) => name),
    wide((one) => one.wanted),
    wide((one) => one.found),
  ]
  return targets.map((target) => {
    const verdict = target.met ? paint('good', '✔ met') : paint('bad', '✘ not met')
    return `${target.name.padEnd(names)}   ${target.wanted.padEnd(wanted)}   ${target.found.padEnd(found)}   ${verdict}`
  })
}

const costLine = ({ measured, imbalance }: SimulationReport): string =>
  `Computed in ${measured.elapsedSeconds.toFixed(0)} s; the next assignment in ${measured.nextAssignmentMs.median.toFixed(1)} ms ` +
  `(median; ${measured.nextAssignmentMs.max.toFixed(0)} ms at most). Busiest node at any time: ${times(imbalance.max)} the mean.`
