import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ClusterState } from './cluster.ts'
import { colouredNodesMax } from './field/cells.ts'
import { isRealtime, isUnreached, type KnownNode } from './known-nodes.ts'
import type { Looks } from './looks.ts'
import { type NodeActions, type NodeItemModel, nodeItem } from './node-item.ts'
import { nodeSkyline } from './node-skyline.ts'
import { otherNodes } from './other-nodes.ts'
import { scaleOf } from './samples.ts'
import { many, type NameOf } from './words.ts'

export interface NodeListView {
  state: ClusterState
  looks: Looks
  nameOf: NameOf
  now: number
  picked: string | null
  /** The nodes of the live video that was looked up. */
  found: ReadonlySet<string>
}

const cardsMax = 15
/** So many stand beside the slots; more take the width of the page. */
const besideMax = 8
/** Of very many nodes so many are shown: those that something happens to, and the busiest. */
const notableShown = 40

/** The nodes: cards, rows when they are many, a summary and the notable ones when they are very many. */
export function nodeList(view: NodeListView, actions: NodeActions): TemplateResult {
  const { nodes, dispatch } = view.state
  const realtime = nodes.filter(isRealtime)
  const layout = layoutOf(realtime.length)
  const shown = layout === 'summary' ? notableOf(realtime, view) : realtime
  const toModel = modelsOf(view, realtime)
  const hidden = realtime.length - shown.length
  return html`
    ${layout === 'summary' ? nodeSkyline(realtime) : nothing}
    <ul class="nodes nodes-${layout}" data-layout=${layout} data-count=${realtime.length}>
      ${repeat(
        shown,
        ({ node }) => node.url,
        (known) => nodeItem(toModel(known), actions),
      )}
    </ul>
    ${hidden > 0 ? html`<p class="nodes-more">and ${many(hidden, 'node')} more, less busy</p>` : nothing}
    ${otherNodes(nodes, dispatch?.leader ?? null, view.nameOf)}
  `
}

function layoutOf(nodes: number): 'cards' | 'rows' | 'summary' {
  if (nodes <= cardsMax) return 'cards'
  return nodes <= colouredNodesMax ? 'rows' : 'summary'
}

export const needsWidth = (nodes: readonly KnownNode[]): boolean =>
  nodes.filter(isRealtime).length > besideMax

function modelsOf(view: NodeListView, realtime: KnownNode[]): (known: KnownNode) => NodeItemModel {
  const { state, looks, nameOf, now, picked, found } = view
  const scale = scaleOf(
    state.samples,
    realtime.map(({ samples }) => samples),
    now,
  )
  return (known) => ({
    known,
    name: nameOf(known.node.url),
    look: looks.of(known.node.url),
    leads: state.dispatch?.leader === known.node.url,
    picked: picked === known.node.url,
    found: found.has(known.node.url),
    now,
    scale,
    slots: state.dispatch?.slots.length ?? 0,
    videosShown: videosShownWith(realtime.length),
  })
}

function videosShownWith(nodes: number): number {
  if (nodes === 1) return 8
  if (nodes <= 4) return 3
  return nodes <= 6 ? 1 : 0
}

function notableOf(nodes: KnownNode[], { picked, found }: NodeListView): KnownNode[] {
  const weight = (known: KnownNode): number => {
    const { node, presence } = known
    if (presence.kind === 'gone' || isUnreached(known)) return 4
    if (found.has(node.url) || picked === node.url) return 3
    return node.load.draining ? 2 : Number(presence.kind === 'new')
  }
  return nodes
    .toSorted((a, b) => weight(b) - weight(a) || b.node.load.viewers - a.node.load.viewers)
    .slice(0, notableShown)
}
