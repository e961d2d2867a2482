import { fixed, percent, short } from '../../chart/numbers.ts'
import { linear, logarithmic } from '../../chart/scale.ts'
import type { Axis } from '../../chart/sheet.ts'
import { bar, dot, line, text } from '../../chart/svg.ts'
import { type Stretch, type WayResult, wasteOf } from './results.ts'

/** One measure, drawn for all ways beside each other. */
export interface Panel extends Axis {
  /** One way, on the line through `y`. */
  draw(way: WayResult, y: number): string
}

const barHeight = 12

const isOurs = ({ mode }: WayResult): boolean => mode === 'dispatched'
const kindOf = (way: WayResult): string => (isOurs(way) ? 'accent' : 'plain')

/** What stands beside a bar or a dot has its own room to the right of the scale. */
const shapes = [
  { make: wastePanel, share: 1, value: 46 },
  { make: coLocationPanel, share: 0.8, value: 44 },
  { make: cpuPanel, share: 1, value: 40 },
  { make: deliveryPanel, share: 1, value: 74 },
]

export function panelsOf(ways: WayResult[], left: number, width: number): Panel[] {
  const values = shapes.reduce((sum, { value }) => sum + value, 0)
  const shares = shapes.reduce((sum, { share }) => sum + share, 0)
  let x = left
  return shapes.map(({ make, share, value }) => {
    const own = ((width - values) * share) / shares
    const panel = make(ways, x, own)
    x += own + value
    return panel
  })
}

function wastePanel(ways: WayResult[], x: number, width: number): Panel {
  const wastes = ways.flatMap(({ steady, moving }) => [steady, ...(moving ? [moving] : [])]).map(wasteOf)
  const scale = linear(Math.max(0.1, ...wastes), x, width)
  return {
    title: 'Waste',
    note: '○ while nodes come and go',
    scale,
    tick: (value) => `${Math.round(value * 100)} %`,
    draw(way, y) {
      const waste = wasteOf(way.steady)
      const hollow = way.moving
        ? dot(scale.at(wasteOf(way.moving)), y, 4, isOurs(way) ? 'hollow-ours' : 'hollow')
        : ''
      const end = Math.max(scale.at(waste), way.moving ? scale.at(wasteOf(way.moving)) + 4 : 0)
      return (
        bar(x, y - barHeight / 2, scale.at(waste) - x, barHeight, kindOf(way)) +
        hollow +
        text(end + 6, y + 4, 'value', percent(waste))
      )
    },
  }
}

function coLocationPanel(ways: WayResult[], x: number, width: number): Panel {
  const of = ({ steady }: WayResult) => steady.nodesPerLiveVideo ?? 0
  const scale = linear(Math.max(2, ...ways.map(of)), x, width)
  return {
    title: 'Nodes per live video',
    note: 'that its viewers sit on',
    scale,
    tick: String,
    draw: (way, y) =>
      bar(x, y - 1.25, scale.at(of(way)) - x, 2.5, kindOf(way)) +
      dot(scale.at(of(way)), y, 5, kindOf(way)) +
      text(scale.at(of(way)) + 10, y + 4, 'value', fixed(2)(of(way))),
  }
}

/** What stands in a bar, one after the other, and where its name stands in the key. */
const parts = [
  { part: 'realtime', kind: 'first', keyAt: 0 },
  { part: 'comments', kind: 'second', keyAt: 68 },
  { part: 'bus', kind: 'third', keyAt: 150 },
] as const

function cpuPanel(ways: WayResult[], x: number, width: number): Panel {
  const per1000 = ({ cpu, events }: Stretch, part: keyof Stretch['cpu']) => (1_000 * cpu[part]) / events
  const totalOf = ({ steady }: WayResult) => parts.reduce((sum, { part }) => sum + per1000(steady, part), 0)
  const scale = linear(Math.max(...ways.map(totalOf)), x, width)
  return {
    title: 'CPU s / 1,000 events',
    note: '',
    scale,
    tick: String,
    draw(way, y) {
      let from = x
      const bars = parts.map(({ part, kind }) => {
        const to = from + scale.at(per1000(way.steady, part)) - x
        const drawn = bar(from, y - barHeight / 2, to - from - 1, barHeight, kind)
        from = to
        return drawn
      })
      return bars.join('') + text(from + 6, y + 4, 'value', short(totalOf(way)))
    },
  }
}

/** The key of the CPU panel, drawn under its title. */
export const cpuKey = (x: number, y: number): string =>
  parts
    .map(({ part, kind, keyAt }) => bar(x + keyAt, y - 8, 9, 9, kind) + text(x + keyAt + 14, y, 'note', part))
    .join('')

function deliveryPanel(ways: WayResult[], x: number, width: number): Panel {
  const known = ways.flatMap(({ steady: { deliveryMs } }) => (deliveryMs ? [deliveryMs] : []))
  const scale = logarithmic(
    Math.min(...known.map(({ p50 }) => p50)),
    Math.max(...known.map(({ p99 }) => p99)),
    x,
    width,
  )
  return {
    title: 'Post → viewer, ms',
    note: 'p50 ●──┤ p99',
    scale,
    tick: (value) => value.toLocaleString('en'),
    draw(way, y) {
      const { deliveryMs } = way.steady
      if (!deliveryMs) return ''
      const [from, to] = [scale.at(deliveryMs.p50), scale.at(deliveryMs.p99)]
      const span = isOurs(way) ? 'span-ours' : 'span'
      return (
        line(from, y, to, y, span) +
        line(to, y - 5, to, y + 5, span) +
        dot(from, y, 5, kindOf(way)) +
        text(to + 8, y + 4, 'value', `${short(deliveryMs.p50)} – ${short(deliveryMs.p99)}`)
      )
    },
  }
}
