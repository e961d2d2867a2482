import { html, nothing, type TemplateResult } from 'lit'
import type { Comment } from '../../sdk/index.ts'
import { alertIcon, clockIcon, closeIcon, lockIcon, personIcon, replyIcon } from '../shared/icons.ts'
import { avatar } from './avatar.ts'
import type { IdentityState } from './identity.ts'
import { duration, type Notice } from './notice.ts'

/** Who one comments as; a guest may change the name. */
export function me(state: IdentityState, onChange: () => void): TemplateResult {
  if (state.kind === 'signInNeeded') return html`<span class="me">${personIcon}</span>`
  if (state.kind === 'signedIn' && state.by === 'platform')
    return html`<span class="me" title=${state.content.author.name}>${avatar(state.content.author)}</span>`
  const name = state.kind === 'signedIn' ? state.content.author.name : state.name
  const label = name === null ? 'Choose a name' : `Commenting as ${name}. Change the name`
  return html`
    <button class="me" type="button" data-testid="name-edit" aria-label=${label} title=${label} @click=${onChange}>
      ${state.kind === 'signedIn' ? avatar(state.content.author) : personIcon}
    </button>
  `
}

export const replyLine = ({ author, text }: Comment, cancel: () => void): TemplateResult => html`
  <div class="reply-line">
    ${replyIcon}
    <p>Replying to <bdi class="quote-author">${author.name}</bdi> <bdi class="reply-text">${text.slice(0, 120)}</bdi></p>
    <button class="tool tool-icon" type="button" aria-label="Don’t reply" @click=${cancel}>${closeIcon}</button>
  </div>
`

const noticeIcons: Record<Notice['kind'], TemplateResult> = {
  closed: lockIcon,
  signIn: personIcon,
  wait: clockIcon,
  hint: clockIcon,
  error: alertIcon,
}

/** The countdown is not read out every second: the line is, once. */
export const noticeLine = ({ kind, text, until }: Notice, now: number): TemplateResult => html`
  <div class="notice notice-${kind}" data-testid="notice" data-kind=${kind} role=${kind === 'error' ? 'alert' : 'status'}>
    ${noticeIcons[kind]}
    <span>${text}${until === null ? nothing : html` <b class="countdown" aria-live="off">${duration(until - now)}</b>`}</span>
  </div>
`

/** Only for browsers in which a field can't fit its content by itself. */
export function fitHeight(textarea: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  textarea.style.height = 'auto'
  textarea.style.height = `${textarea.scrollHeight + 2}px`
}
