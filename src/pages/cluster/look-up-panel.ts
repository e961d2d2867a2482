import { html, nothing, type TemplateResult } from 'lit'
import type { Dispatch } from '../../protocol/dispatch.ts'
import { closeIcon, searchIcon } from '../shared/icons.ts'
import type { Looks } from './looks.ts'
import { nodesOfVideo, type Selection } from './selection.ts'
import { swatch } from './swatch.ts'
import { count, type NameOf } from './words.ts'

export interface LookUpView {
  selection: Selection
  dispatch: Dispatch
  looks: Looks
  nameOf: NameOf
}

/** Asks for a live video, and says in which slot and on which nodes it is. */
export function lookUpPanel(view: LookUpView): TemplateResult {
  const { selection } = view
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    const id = new FormData(event.target as HTMLFormElement).get('liveVideoId')
    if (typeof id === 'string' && id.trim() !== '') void selection.find(id.trim())
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') selection.clear()
  }
  const chosen = selection.lookUp.kind !== 'none' || selection.picked !== null
  return html`
    <form class="look-up" role="search" @submit=${onSubmit} @keydown=${onKey}>
      <label class="look-up-field">
        ${searchIcon}
        <span class="visually-hidden">Find a live video by its LiveVideoId</span>
        <input
          name="liveVideoId"
          placeholder="Find a live video"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="128"
          data-testid="look-up"
          .value=${selection.lookUp.kind === 'none' ? '' : selection.lookUp.liveVideoId}
        />
        ${
          chosen
            ? html`<button class="tool tool-icon" type="button" aria-label="Show all slots" title="Show all slots" @click=${() => selection.clear()}>${closeIcon}</button>`
            : nothing
        }
      </label>
      <p class="look-up-answer" role="status" data-testid="look-up-answer">${answer(view)}</p>
    </form>
  `
}

function answer(view: LookUpView): TemplateResult | typeof nothing {
  const { selection, dispatch } = view
  const { lookUp, picked } = selection
  switch (lookUp.kind) {
    case 'asking':
      return html`Looking…`
    case 'failed':
      return html`<bdi>${lookUp.liveVideoId}</bdi> ${lookUp.why}.`
    case 'found':
      return html`Slot <b>${count(lookUp.slot)}</b> on ${nodesWords(nodesOfVideo(dispatch, lookUp), view)}`
    case 'none': {
      const slots = dispatch.nodes.find(({ url }) => url === picked)?.slots ?? 0
      return picked === null
        ? nothing
        : html`The <b>${count(slots)}</b> slots of ${nodesWords([picked], view)}`
    }
  }
}

const nodesWords = (urls: readonly string[], { looks, nameOf }: LookUpView): TemplateResult =>
  urls.length === 0
    ? html`no node`
    : html`${urls.slice(0, 4).map((url) => html`<span class="of-node">${swatch(looks.of(url))}${nameOf(url)}</span>`)}${
        urls.length > 4 ? html`and ${count(urls.length - 4)} more` : nothing
      }`
