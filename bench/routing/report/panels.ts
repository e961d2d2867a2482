import { fixed, percent, short } from './numbers.ts'
import { type Stretch, type WayResult, wasteOf } from './results.ts'
import { linear, logarithmic, type Scale } from './scale.ts'
import { bar, dot, line, text } from './svg.ts'

/** One measure, drawn for all ways beside each other. */
export interface Panel {
  title: string
  note: string
  scale: Scale
  tick(value: number): string
  /** One way, on the line through `y`. */
  draw(way: WayResult, y: number): string
}

const barHeight = 12
const roomForValue = 44

const isOurs = ({ mode }: WayResult): boolean => mode === 'dispatched'
const kindOf = (way: WayResult): string => (isOurs(way) ? 'accent' : 'plain')

export function panelsOf(ways: WayResult[], left: number, width: number, gap: number): Panel[] {
  const make = [wastePanel, coLocationPanel, cpuPanel, deliveryPanel]
  const each = (width - gap * (make.length - 1)) / make.length
  return make.map((panel, index) => panel(ways, left + index * (each + gap), each - roomForValue))
}

function wastePanel(ways: WayResult[], x: number, width: number): Panel {
  const wastes = ways.flatMap(({ steady, moving }) => [steady, ...(moving ? [moving] : [])]).map(wasteOf)
  const scale = linear(Math.max(0.1, ...wastes), x, width)
  return {
    title: 'Waste',
    note: '◯ while a node joins and one is drained',
    scale,
    tick: (value) => `${Math.round(value * 100)} %`,
    draw(way, y) {
      const waste = wasteOf(way.steady)
      const hollow = way.moving ? dot(scale.at(wasteOf(way.moving)), y, 4, isOurs(way) ? 'hollow-ours' : 'hollow') : ''
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

const parts = ['realtime', 'comments', 'bus'] as const
const partKinds = { realtime: 'first', comments: 'second', bus: 'third' }

function cpuPanel(ways: WayResult[], x: number, width: number): Panel {
  const per1000 = ({ cpu, events }: Stretch, part: (typeof parts)[number]) => (1_000 * cpu[part]) / events
  const totalOf = ({ steady }: WayResult) => parts.reduce((sum, part) => sum + per1000(steady, part), 0)
  const scale = linear(Math.max(...ways.map(totalOf)), x, width)
  return {
    title: 'CPU seconds per 1,000 events',
    note: '',
    scale,
    tick: String,
    draw(way, y) {
      let from = x
      const bars = parts.map((part) => {
        const to = from + scale.at(per1000(way.steady, part)) - x
        const drawn = bar(from, y - barHeight / 2, to - from - 1, barHeight, partKinds[part])
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
    .map((part, index) => {
      const at = x + index * 74
      return bar(at, y - 8, 9, 9, partKinds[part]) + text(at + 14, y, 'note', part)
    })
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
    note: '● p50   ▏ p99',
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
