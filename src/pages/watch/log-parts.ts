import { html, nothing, type TemplateResult } from 'lit'
import { type Connection, isOver, type Sample } from '../../sdk/index.ts'
import { downIcon, mark } from '../shared/icons.ts'

/** The parts of the log that are no comments. */

const skeleton = html`
  <div class="skeleton" aria-hidden="true">${[1, 2, 3, 4, 5].map(() => html`<i></i>`)}</div>
`

const quiet = html`
  <div class="empty">
    ${mark}
    <p class="empty-title">Quiet so far</p>
    <p>Say the first word: everyone watching sees it at once.</p>
  </div>
`

const unavailable = html`<div class="empty">${mark}<p class="empty-title">No comments here</p></div>`

/** What stands where no comments are, by how the connection is. */
export const emptyParts: Record<Connection['status'], TemplateResult> = {
  connecting: skeleton,
  live: quiet,
  reconnecting: quiet,
  ended: unavailable,
}

/** What stands before the first comment. */
export function beginning(
  reached: boolean,
  older: 'idle' | 'loading' | 'failed',
  load: () => void,
): TemplateResult {
  if (reached) return html`<p class="log-head">This is where the comments begin.</p>`
  if (older === 'loading') return html`<p class="log-head">Loading earlier comments…</p>`
  const label = older === 'failed' ? 'Earlier comments could not be loaded. Try again' : 'Earlier comments'
  return html`
    <p class="log-head"><button class="link-button link-quiet" type="button" @click=${load}>${label}</button></p>
  `
}

/** What stands after the newest comment while only some are shown. A screen reader is not told each change. */
export function sampleLine(sample: Sample | null, now: number): TemplateResult | typeof nothing {
  if (sample === null || isOver(sample, now)) return nothing
  const { missed } = sample
  const more = `${missed.toLocaleString('en')} more ${missed === 1 ? 'comment' : 'comments'}`
  return html`<p class="log-sample" data-testid="sample" aria-live="off">Showing a sample: ${more}</p>`
}

/** Leads back to the newest. */
export function newPill(unseen: number, follow: () => void): TemplateResult {
  const count = unseen > 999 ? '999+' : String(unseen)
  const label = unseen === 0 ? 'Newest' : `${count} new ${unseen === 1 ? 'comment' : 'comments'}`
  return html`<button class="pill" type="button" data-testid="new-pill" @click=${follow}>${label}${downIcon}</button>`
}
