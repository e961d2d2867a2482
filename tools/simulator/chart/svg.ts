/** SVG as text. Attributes are numbers or strings of our own; what comes from outside is only ever text. */
export type Attributes = Record<string, string | number>

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : value}"`,
  )
  const inside = children.join('')
  return inside ? `<${name}${written.join('')}>${inside}</${name}>` : `<${name}${written.join('')}/>`
}

export const short = (value: number): string => String(Math.round(value * 10) / 10)

export const text = (x: number, y: number, words: string, look = '', anchor = 'start'): string =>
  element('text', { x, y, class: look, 'text-anchor': anchor }, escaped(words))

export const rect = (x: number, y: number, width: number, height: number, look: string, rx = 0): string =>
  element('rect', { x, y, width: Math.max(0, width), height: Math.max(0, height), class: look, rx })

export const line = (x1: number, y1: number, x2: number, y2: number, look: string): string =>
  element('line', { x1, y1, x2, y2, class: look })

export const path = (points: [number, number][], look: string): string =>
  element('path', {
    d: points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join(''),
    class: look,
  })

/** The surface between a line and the level `y`. */
export const area = (points: [number, number][], y: number, look: string): string => {
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0]
  return path([[first, y], ...points, [last, y]], look)
}

export const group = (x: number, y: number, ...children: string[]): string =>
  element('g', { transform: `translate(${short(x)} ${short(y)})` }, ...children)
