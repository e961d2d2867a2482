import type { SimulationReport } from '../report.ts'
import { bar } from './bars.ts'
import type { Paint } from './format-report.ts'
import { seatings } from './labels.ts'
import { count, seconds } from './numbers.ts'
import { table } from './table.ts'

export function incidentLines({ incidents }: SimulationReport, paint: Paint): string[] {
  const rows = incidents.map((incident) => {
    const joined = incident.what === 'joined'
    return [
      incident.name,
      count(incident.nodes),
      joined ? '–' : count(incident.viewers),
      joined ? count(incident.ownSlotsMoved) : `${incident.ownSlotsMoved} of ${incident.ownSlots}`,
      count(incident.otherSlotsMoved),
      outcome(incident),
    ]
  })
  const [head = '', ...lines] = table(
    [
      { heading: '' },
      { heading: 'nodes', right: true },
      { heading: 'their viewers', right: true },
      { heading: 'their slots moved', right: true },
      { heading: 'others', right: true },
      { heading: 'and then' },
    ],
    rows,
  )
  return [paint('quiet', head), ...lines]
}

function outcome({ what, secondsToSettle }: SimulationReport['incidents'][number]): string {
  const when = secondsToSettle === null ? 'not within the time' : `after ${seconds(secondsToSettle)}`
  if (what === 'joined') return `a fair share ${when}`
  return what === 'drains' ? `empty ${when}` : ''
}

const barWidth = 24

/** Bars from the loss to the moment at which 99 of 100 are served again. */
export function replacementLines({ replacements }: SimulationReport, paint: Paint): string[] {
  const most = Math.max(...replacements.map(({ figures }) => figures.p99Seconds))
  const rows = replacements.map(({ seating, figures }) => [
    seatings[seating],
    bar(figures.p99Seconds / most, barWidth).padEnd(barWidth),
    seconds(figures.p50Seconds),
    seconds(figures.p99Seconds),
    seconds(figures.allSeconds),
    count(figures.viewers),
    count(figures.heirs),
  ])
  const [head = '', dispatcher = '', ...others] = table(
    [
      { heading: '' },
      { heading: 'until 99 % are served' },
      { heading: '50 %', right: true },
      { heading: '99 %', right: true },
      { heading: 'all', right: true },
      { heading: 'viewers', right: true },
      { heading: 'to nodes', right: true },
    ],
    rows,
  )
  return [paint('quiet', head), paint('accent', dispatcher), ...others]
}
