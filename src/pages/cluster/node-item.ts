import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import { starIcon } from '../shared/icons.ts'
import { isUnreached, type KnownNode } from './known-nodes.ts'
import { colourOf } from './looks.ts'
import type { Scale } from './samples.ts'
import { sparkline } from './sparkline.ts'
import { swatch } from './swatch.ts'
import { brief, count, many, seconds } from './words.ts'

export interface NodeItemModel {
  known: KnownNode
  name: string
  look: number
  leads: boolean
  picked: boolean
  /** It serves the live video that was looked up. */
  found: boolean
  now: number
  scale: Scale
  /** How many slots there are. */
  slots: number
  /** How many of its largest live videos are named. */
  videosShown: number
}

export interface NodeActions {
  pick(url: string): void
  pointAt(url: string | null): void
  find(liveVideoId: string): void
}

/** A realtime node: a card, or a row where there are many; the style sheet decides. */
export function nodeItem(model: NodeItemModel, actions: NodeActions): TemplateResult {
  const { known, name, look, picked, found, leads } = model
  const { node } = known
  const state = stateOf(known, model.now)
  const classes = { node: true, [`node-${colourOf(look)}`]: true, 'node-picked': picked, 'node-found': found }
  return html`
    <li
      class=${classMap({ ...classes, [`node-${state.kind}`]: true })}
      data-testid="node"
      data-url=${node.url}
      data-state=${state.kind}
      @pointerenter=${() => actions.pointAt(state.kind === 'lost' || state.kind === 'left' ? null : node.url)}
      @pointerleave=${() => actions.pointAt(null)}
    >
      <div class="node-head">
        <button
          class="node-name"
          type="button"
          title=${node.url}
          aria-pressed=${picked}
          aria-label="${name}: show its slots"
          @click=${() => actions.pick(node.url)}
        >
          ${swatch(look)}<span>${name}</span>
        </button>
        ${leads ? html`<span class="leads" title="The dispatcher that leads">${starIcon}<span>leads</span></span>` : nothing}
        <span class="state">${state.text}</span>
      </div>
      <p class="node-viewers"><b>${brief(node.load.viewers)}</b> <span>${viewersUnit(known)}</span></p>
      <p class="node-rate"><b>${brief(node.load.deliveriesPerSecond, 1_000)}</b> <span>/s<span class="visually-hidden"> deliveries</span></span></p>
      ${sparkline(known.samples, model.scale)}
      ${share(node.slots, model.slots)}
      ${videos(model, actions)}
    </li>
  `
}

const viewersUnit = ({ node }: KnownNode): string => (node.load.viewers === 1 ? 'viewer' : 'viewers')

interface NodeState {
  kind: 'serving' | 'new' | 'draining' | 'unreached' | 'lost' | 'left'
  text: string | TemplateResult
}

function stateOf(known: KnownNode, now: number): NodeState {
  const { node, presence } = known
  if (presence.kind === 'gone') {
    const kind = presence.planned ? 'left' : 'lost'
    return { kind, text: html`${kind} ${seconds(now - presence.at)}<span class="ago"> ago</span>` }
  }
  if (node.load.draining) return { kind: 'draining', text: 'draining' }
  if (isUnreached(known)) return { kind: 'unreached', text: 'unreachable' }
  if (presence.kind === 'new') return { kind: 'new', text: 'new' }
  return { kind: 'serving', text: 'serving' }
}

function share(slots: number, all: number): TemplateResult {
  const percent = all === 0 ? 0 : (100 * slots) / all
  return html`
    <p class="node-slots">
      <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="share-all" width="100" height="4" /><rect class="share-own" width=${percent} height="4" />
      </svg>
      <span><b>${count(slots)}</b> ${slots === 1 ? 'slot' : 'slots'}</span>
      <span class="node-percent">${percent >= 10 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)} %</span>
    </p>
  `
}

function videos(
  { known, videosShown }: NodeItemModel,
  { find }: NodeActions,
): TemplateResult | typeof nothing {
  const largest = known.node.load.liveVideos.slice(0, videosShown)
  if (videosShown === 0 || largest.length === 0) return nothing
  return html`
    <ul class="node-videos" aria-label="Its largest live videos">
      ${largest.map(
        ({ liveVideoId, viewers }) => html`
          <li>
            <button
              class="video"
              type="button"
              aria-label="${liveVideoId}, ${many(viewers, 'viewer')}: show its slot"
              @click=${() => find(liveVideoId)}
            >
              <bdi>${liveVideoId}</bdi><span>${brief(viewers)}</span>
            </button>
          </li>
        `,
      )}
    </ul>
  `
}
