/** The few shapes that the chart is made of. Coordinates are rounded to a tenth. */

export type Attributes = Record<string, string | number>

export function tag(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${write(value)}"`)
  return `<${name}${written.join('')}>${content}</${name}>`
}

const write = (value: string | number): string | number =>
  typeof value === 'number' ? Math.round(value * 10) / 10 : value

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

export const text = (x: number, y: number, kind: string, content: string): string =>
  tag(
    'text',
    { x, y, class: kind },
    content.replace(/[&<>]/g, (character) => escapes[character] ?? ''),
  )

export const bar = (x: number, y: number, width: number, height: number, kind: string): string =>
  tag('rect', { x, y, width: Math.max(width, 1.5), height, rx: 2, class: kind })

export const dot = (x: number, y: number, r: number, kind: string): string =>
  tag('circle', { cx: x, cy: y, r, class: kind })

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  tag('line', { x1, y1, x2, y2, class: kind })
