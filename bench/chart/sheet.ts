import { style } from './look.ts'
import type { Scale } from './scale.ts'
import { line, tag, text } from './svg.ts'

export const sheetWidth = 1_120
export const margin = 28

/** A picture with a heading and a sentence below it, on paper or on the night as the reader's screen is. */
export const sheet = (height: number, heading: string, lead: string, content: string[]): string =>
  tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${sheetWidth} ${height}`,
      role: 'img',
      'aria-labelledby': 'title',
    },
    [
      tag('title', { id: 'title' }, heading),
      tag('style', {}, style),
      tag('rect', { width: sheetWidth, height, rx: 14, class: 'surface' }),
      text(margin, 42, 'title', heading),
      text(margin, 64, 'lead', lead),
      ...content,
    ].join('\n'),
  )

/** Light behind the row through `y`, over the whole width. */
export const wash = (y: number, height: number): string =>
  tag('rect', {
    x: margin - 12,
    y: y - height / 2,
    width: sheetWidth - 2 * margin + 24,
    height,
    rx: 6,
    class: 'wash',
  })

export interface Axis {
  title: string
  note: string
  scale: Scale
  tick(value: number): string
}

/** The titles of a panel, and its ticks from top to bottom. */
export function axis({ title, note, scale, tick }: Axis, top: number, bottom: number): string {
  const x = scale.at(scale.ticks[0] ?? 0)
  const ticks = scale.ticks.map((value) => {
    const at = scale.at(value)
    return line(at, top - 8, at, bottom, 'grid') + text(at, bottom + 16, 'tick', tick(value))
  })
  return text(x, top - 48, 'panel', title) + text(x, top - 30, 'note', note) + ticks.join('')
}
