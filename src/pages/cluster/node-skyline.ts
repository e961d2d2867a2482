import { html, svg, type TemplateResult } from 'lit'
import { isGone, type KnownNode } from './known-nodes.ts'
import { brief, many } from './words.ts'

const height = 40

/** How the load lies on very many nodes: a bar for each, the busiest first. */
export function nodeSkyline(nodes: readonly KnownNode[]): TemplateResult {
  const loads = nodes
    .filter((known) => !isGone(known))
    .map(({ node }) => node.load.viewers)
    .sort((a, b) => b - a)
  const most = loads[0] ?? 0
  const tops = loads.map((viewers) => (height * (1 - viewers / Math.max(1, most))).toFixed(1))
  const outline = tops.map((top, index) => `V${top}H${index + 1}`).join('')
  return html`
    <figure class="skyline">
      <svg viewBox="0 0 ${Math.max(1, loads.length)} ${height}" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<path d="M0 ${height}${outline}V${height}Z" />`}
      </svg>
      <figcaption>
        Viewers of each of <b>${many(loads.length, 'node')}</b>: most <b>${brief(most)}</b>, in the middle
        <b>${brief(loads[loads.length >> 1] ?? 0)}</b>, fewest <b>${brief(loads.at(-1) ?? 0)}</b>
      </figcaption>
    </figure>
  `
}
