import { method, wrap } from '../print/labels.ts'
import { count } from '../print/numbers.ts'
import type { SimulationReport } from '../report.ts'
import { lossPanel, lossPanelHeight } from './loss-panel.ts'
import { modesPanel, modesPanelHeight } from './modes-panel.ts'
import { movesPanel } from './moves-panel.ts'
import { style } from './style.ts'
import { element, group, rect, text } from './svg.ts'
import { timelinePanel, timelinePanelHeight } from './timeline-panel.ts'

const width = 1_200
const margin = 44
const gap = 56

/** The report as one SVG picture, light or dark as whoever looks at it prefers. */
export function drawReport(report: SimulationReport): string {
  const foot = method(report).flatMap((words) => wrap(words.split(' '), 165))
  const tops = stack(170, [
    110,
    modesPanelHeight(report.modes),
    timelinePanelHeight,
    lossPanelHeight,
    foot.length * 17,
  ])
  const [cardsAt = 0, modesAt = 0, timelineAt = 0, lossAt = 0, methodAt = 0, end = 0] = tops
  const name = `${count(report.plan.viewers)} viewers on ${count(report.plan.nodes)} realtime nodes, simulated`
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${end}`, width, height: end, role: 'img' },
    element('title', {}, name),
    element('style', {}, style),
    rect(0, 0, width, end, 'page'),
    group(margin, 70, ...heading(report)),
    group(margin, cardsAt, ...cards(report)),
    group(margin, modesAt, modesPanel(report)),
    group(margin, timelineAt, timelinePanel(report)),
    group(margin, lossAt, lossPanel(report)),
    group(margin + 592, lossAt, movesPanel(report)),
    group(margin, methodAt, ...foot.map((words, at) => text(0, at * 17, words, 'small'))),
  )
}

/** Where each begins, and where the last one ends. */
function stack(from: number, heights: number[]): number[] {
  let y = from
  return [y, ...heights.map((height) => (y += height + gap))]
}

function heading({ plan, world }: SimulationReport): string[] {
  const { viewers, nodes, videos, mega, minutes, seed } = plan
  return [
    text(0, 0, `${count(viewers)} viewers on ${count(nodes)} realtime nodes`, 'title'),
    text(
      0,
      30,
      `${count(videos)} live videos (Zipf), and one that ${count(mega)} come to within a minute. ` +
        `${count(world.joinsPerSecond)} viewers come and as many go every second.`,
      'lead',
    ),
    text(
      0,
      54,
      `${count(world.commentsPerSecond)} comments/s · ${minutes} minutes, simulated · seed ${seed}`,
      'lead',
    ),
  ]
}

function cards({ targets }: SimulationReport): string[] {
  const each = (width - 2 * margin - 3 * 16) / targets.length
  return targets.map(({ name, wanted, found, met }, at) => {
    const x = at * (each + 16)
    return [
      rect(x, 0, each, 118, 'panel', 12),
      text(x + 18, 28, name, 'label'),
      text(x + 18, 66, found, found.length > 12 ? 'head' : 'big'),
      text(x + 18, 98, `${met ? '✔' : '✘'} ${wanted}`, met ? 'small good' : 'small bad'),
    ].join('')
  })
}
