import { writesPerSecond } from '../findings.ts'
import { count, kilobytes, seconds } from '../print/numbers.ts'
import type { SimulationReport } from '../report.ts'
import { logarithmic } from './scale.ts'
import { line, rect, text } from './svg.ts'

const [left, right] = [170, 440]

/** How many writes the registry takes, and which slots moved. */
export function movesPanel(report: SimulationReport): string {
  return [registry(report), incidents(report)].join('')
}

function registry({ registry, rowPerViewerWritesPerSecond }: SimulationReport): string {
  const rows = [
    ...registry.map((figures) => ({
      name: `${count(figures.viewers)} viewers`,
      value: writesPerSecond(figures),
      own: true,
    })),
    { name: 'a row per viewer', value: rowPerViewerWritesPerSecond, own: false },
  ]
  const scale = logarithmic(1, Math.max(...rows.map(({ value }) => value), 10), left, right)
  return [
    text(0, 0, 'Writes to the registry', 'head'),
    text(0, 22, 'Per second, logarithmic: they follow the nodes, not the viewers.', 'label'),
    ...rows.flatMap(({ name, value, own }, at) => {
      const y = 50 + at * 26
      return [
        text(0, y + 4, name, own ? '' : 'label'),
        rect(left, y - 7, scale(value) - left, 14, own ? 'own' : 'wasted', 3),
        text(scale(value) + 8, y + 4, count(value), own ? 'accent strong' : 'small'),
      ]
    }),
  ].join('')
}

function incidents({ incidents, assignmentBytes }: SimulationReport): string {
  const ends = [290, 380, 520]
  const top = 152
  const head = ['slots moved', 'other slots', 'done after']
  return [
    text(0, top, 'Slots moved', 'head'),
    ...head.map((words, at) => text(ends[at] ?? 0, top, words, 'small', 'end')),
    ...incidents.flatMap((incident, at) => {
      const y = top + 24 + at * 22
      const { what, ownSlots, ownSlotsMoved, otherSlotsMoved, secondsToSettle, nodes } = incident
      const own = what === 'joined' ? count(ownSlotsMoved) : `${ownSlotsMoved} of ${ownSlots}`
      const settled = what === 'lost' ? '' : secondsToSettle === null ? '–' : seconds(secondsToSettle)
      return [
        line(0, y - 15, 520, y - 15, 'rule'),
        text(0, y, nodes > 1 ? `${incident.name} (${nodes})` : incident.name),
        ...[own, count(otherSlotsMoved), settled].map((words, column) =>
          text(ends[column] ?? 0, y, words, '', 'end'),
        ),
      ]
    }),
    text(
      0,
      top + 36 + incidents.length * 22,
      `The assignment is one document of ${kilobytes(assignmentBytes)}.`,
      'small',
    ),
  ].join('')
}
