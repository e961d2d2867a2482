import { html, nothing, type TemplateResult } from 'lit'
import type { ClusterState } from './cluster.ts'
import { isGone, isRealtime } from './known-nodes.ts'
import { scaleOf } from './samples.ts'
import { sparkline } from './sparkline.ts'
import { brief, type NameOf } from './words.ts'

/** The cluster in a few numbers. */
export function figures(state: ClusterState, nameOf: NameOf, now: number): TemplateResult {
  const loads = state.nodes
    .filter((known) => isRealtime(known) && !isGone(known))
    .map(({ node }) => node.load)
  const viewers = loads.reduce((sum, load) => sum + load.viewers, 0)
  const rate = loads.reduce((sum, { deliveriesPerSecond }) => sum + deliveriesPerSecond, 0)
  const leader = state.dispatch?.leader ?? null
  return html`
    <dl class="figures">
      ${figure('viewers', 'Viewers', brief(viewers), sparkline(state.samples, scaleOf(state.samples, [state.samples], now)))}
      ${figure('rate', 'Deliveries/s', brief(rate))}
      ${loads.length > 1 ? figure('busiest', 'Busiest to mean', busiestOf(loads, viewers)) : nothing}
      ${figure('moved', 'Moved in 2 min', brief(state.movedLately))}
      ${figure('leader', 'Leader', leader === null ? 'nobody' : nameOf(leader))}
    </dl>
  `
}

const figure = (
  name: string,
  label: string,
  value: string,
  picture: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`
  <div class="figure figure-${name}" data-testid="figure-${name}">
    <dt>${label}</dt>
    <dd>${value}${picture}</dd>
  </div>
`

/** By how much the busiest node has more than the mean. */
function busiestOf(loads: { viewers: number }[], viewers: number): string {
  const mean = viewers / loads.length
  if (mean === 0) return '–'
  return `${(Math.max(...loads.map((load) => load.viewers)) / mean).toFixed(2)}×`
}
