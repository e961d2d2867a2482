import { html, nothing, type TemplateResult } from 'lit'
import type { Dispatch } from '../../protocol/dispatch.ts'
import { FrameController } from '../shared/frame-controller.ts'
import { mark } from '../shared/icons.ts'
import { LightElement } from '../shared/light-element.ts'
import { pageNow } from '../shared/page-clock.ts'
import type { Cluster } from './cluster.ts'
import { colouredNodesMax } from './field/cells.ts'
import type { FieldView } from './field/slot-field.ts'
import { figures } from './figures.ts'
import { headlineOf } from './headline.ts'
import { type HotVideos, largestIn } from './hot-videos.ts'
import { logPanel } from './log-panel.ts'
import { lookUpPanel } from './look-up-panel.ts'
import type { NodeActions } from './node-item.ts'
import { needsWidth, nodeList } from './node-list.ts'
import { nodesOfVideo, type Selection } from './selection.ts'
import { spreadPanel } from './spread-panel.ts'
import { count, many } from './words.ts'

/** How often "lost 12 s ago" is looked at anew while nobody answers. */
const tickMs = 1_000

/** The whole page: how the cluster is, its slots, its nodes, and what changed. */
export class ChorusCluster extends LightElement {
  cluster!: Cluster
  selection!: Selection
  hotVideos!: HotVideos
  #timer: ReturnType<typeof setInterval> | null = null

  readonly #actions: NodeActions = {
    pick: (url) => this.selection.pick(url),
    pointAt: (url) => this.selection.pointAt(url),
    find: (liveVideoId) => void this.selection.find(liveVideoId),
  }

  constructor() {
    super()
    new FrameController(this, () => [this.cluster, this.selection])
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => {
      if (this.cluster.state.link.kind === 'silent') this.requestUpdate()
    }, tickMs)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  protected override render(): TemplateResult {
    const { state, nameOf } = this.cluster
    const headline = headlineOf(state, nameOf, pageNow())
    return html`
      <main
        class="cluster cluster-${state.link.kind} ${needsWidth(state.nodes) ? 'cluster-wide' : ''}"
        data-testid="cluster"
        data-link=${state.link.kind}
      >
        <header class="head">
          <a class="brand" href="./" title="To the watch page">${mark}<span>Chorus</span></a>
          <div class="headline headline-${headline.tone}" data-testid="headline" data-tone=${headline.tone}>
            <h1>${headline.text}</h1>
            ${headline.detail ? html`<p>${headline.detail}</p>` : nothing}
          </div>
          ${state.dispatch ? figures(state, nameOf, pageNow()) : nothing}
        </header>
        ${state.dispatch ? this.#body(state.dispatch) : nothing}
      </main>
    `
  }

  protected override updated(): void {
    const { state, nameOf } = this.cluster
    document.title = `${headlineOf(state, nameOf, pageNow()).text} · Chorus`
  }

  #body(dispatch: Dispatch): TemplateResult {
    const { state, looks, nameOf } = this.cluster
    const { selection } = this
    const found = new Set(selection.lookUp.kind === 'found' ? nodesOfVideo(dispatch, selection.lookUp) : [])
    return html`
      <section class="panel panel-field" aria-label="Slots">
        <div class="panel-head">
          <h2>${many(dispatch.slots.length, 'slot')}</h2>
          <p class="hint">${fieldHint(dispatch)}</p>
        </div>
        <chorus-slot-field .view=${this.#fieldView(dispatch)} .onPick=${this.#actions.pick}></chorus-slot-field>
        ${lookUpPanel({ selection, dispatch, looks, nameOf })}
      </section>
      <section class="panel panel-nodes" aria-label="Nodes">
        <div class="panel-head"><h2>Nodes</h2><p class="hint">viewers over two minutes</p></div>
        ${nodeList({ state, looks, nameOf, now: pageNow(), picked: selection.picked, found }, this.#actions)}
      </section>
      <section class="panel panel-log" aria-label="Log">
        <div class="panel-head"><h2>What changed</h2><p class="hint">assignment ${count(dispatch.generation)}</p></div>
        ${logPanel(state.log, nameOf)}
      </section>
      <section class="panel panel-spread" aria-label="Spread live videos">
        <div class="panel-head"><h2>Spread live videos</h2></div>
        ${spreadPanel(dispatch, looks, nameOf, this.#actions.find)}
      </section>
    `
  }

  #fieldView(dispatch: Dispatch): FieldView {
    const { state, looks, nameOf } = this.cluster
    const { lookUp } = this.selection
    const largest = largestIn(dispatch)
    return {
      dispatch,
      moves: state.moves,
      looks,
      nameOf,
      nodes: this.selection.nodes(dispatch),
      spots: this.hotVideos.spotsOf(largest),
      found: lookUp.kind === 'found' ? lookUp.slot : null,
    }
  }
}

const fieldHint = ({ assigned }: Dispatch): TemplateResult => html`
  ${assigned.length > colouredNodesMax ? 'the stronger, the busier its node · ' : nothing}
  <svg class="star-sample" viewBox="0 0 10 10" aria-hidden="true"><circle class="star" cx="5" cy="5" r="3.4" /></svg>
  large live videos
`
