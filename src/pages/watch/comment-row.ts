import { html, nothing, type TemplateResult } from 'lit'
import type { Author, Comment, CommentEntry, Draft, GapEntry } from '../../sdk/index.ts'
import { alertIcon, clockIcon, pinIcon, replyIcon, shieldIcon, starIcon, trashIcon } from '../shared/icons.ts'
import { fullTime } from '../shared/relative-time.ts'
import { avatar } from './avatar.ts'
import type { RowModel } from './row-models.ts'

export interface RowActions {
  expand(key: string): void
  askToRemove(key: string): void
  remove(comment: Comment): void
  pin(comment: Comment): void
  reply(comment: Comment): void
  retry(key: string): void
  discard(key: string): void
  fillGap(key: string): void
}

const longCharacters = 480
const longLines = 8

export function row(model: RowModel, actions: RowActions): TemplateResult {
  const { entry } = model
  switch (entry.kind) {
    case 'gap':
      return gapRow(entry, model.busy, actions)
    case 'comment':
      return commentRow(model, entry, actions)
    case 'draft':
      return draftRow(model, entry, actions)
  }
}

const gapRow = ({ key, missed }: GapEntry, busy: boolean, actions: RowActions): TemplateResult => html`
  <div class="gap" role="separator" aria-label=${`Skipped ${missed} comments`}></div>
  <button class="gap-button" type="button" ?disabled=${busy} @click=${() => actions.fillGap(key)}>
    Skipped ${missed === 1 ? 'one comment' : `${missed.toLocaleString('en')} comments`}
    <span class="gap-action">${busy ? 'Loading…' : 'Show'}</span>
  </button>
`

const commentRow = (
  model: RowModel,
  { key, comment }: CommentEntry,
  actions: RowActions,
): TemplateResult => html`
  ${body(model, key, comment.author, comment.text, comment.createdAt, actions, nothing)}
  <div class="row-actions">${toolbar(model, key, comment, actions)}</div>
`

const draftRow = (model: RowModel, draft: Draft, actions: RowActions): TemplateResult =>
  body(model, draft.key, draft.author, draft.text, draft.createdAt, actions, draftStatus(draft, actions))

function body(
  model: RowModel,
  key: string,
  author: Author,
  text: string,
  createdAt: number,
  actions: RowActions,
  status: TemplateResult | typeof nothing,
): TemplateResult {
  return html`
    ${model.grouped ? nothing : avatar(author)}
    <div class="row-body">
      <div class=${model.grouped ? 'byline visually-hidden' : 'byline'}>${byline(model, author, createdAt)}</div>
      ${model.target ? quote(model.target) : nothing} ${textOf(model, key, text, actions)} ${status}
    </div>
  `
}

const byline = ({ own, time }: RowModel, author: Author, createdAt: number): TemplateResult => html`
  <bdi class="author">${author.name}</bdi>${badge(author)}${own ? html`<span class="you">you</span>` : nothing}<time
    datetime=${new Date(createdAt).toISOString()}
    title=${fullTime(createdAt)}
    >${time}</time
  >
`

export function badge({ role }: Author): TemplateResult | typeof nothing {
  if (role === 'host') return html`<span class="badge badge-host">${starIcon}Host</span>`
  if (role === 'moderator') return html`<span class="badge">${shieldIcon}Mod</span>`
  return nothing
}

const quote = ({ author, text }: Comment): TemplateResult => html`
  <p class="quote">${replyIcon}<span><bdi class="quote-author">${author.name}</bdi> <bdi>${text.slice(0, 200)}</bdi></span></p>
`

function textOf({ expanded }: RowModel, key: string, text: string, actions: RowActions): TemplateResult {
  const long = text.length > longCharacters || text.split('\n', longLines + 1).length > longLines
  const clamped = long && !expanded
  return html`
    <p class=${clamped ? 'text text-clamped' : 'text'} dir="auto">${text}</p>
    ${
      long
        ? html`<button class="link-button" type="button" aria-expanded=${expanded} @click=${() => actions.expand(key)}>
            ${expanded ? 'Show less' : 'Show more'}
          </button>`
        : nothing
    }
  `
}

function draftStatus({ key, status }: Draft, actions: RowActions): TemplateResult | typeof nothing {
  if (status.kind === 'pending')
    return status.wait ? html`<p class="row-status">${clockIcon}Waiting to send…</p>` : nothing
  return html`
    <p class="row-status row-failed">${alertIcon}<span>Not sent. ${status.failure.message}</span></p>
    <p class="row-choices">
      <button class="link-button" type="button" @click=${() => actions.retry(key)}>Try again</button>
      <button class="link-button link-quiet" type="button" @click=${() => actions.discard(key)}>Discard</button>
    </p>
  `
}

function toolbar(model: RowModel, key: string, comment: Comment, actions: RowActions) {
  const { mayReply, mayPin, mayRemove, pinned, confirming, busy } = model
  if (confirming)
    return html`
      <button class="tool tool-danger" type="button" data-testid="comment-remove-confirm" ?disabled=${busy} @click=${() => actions.remove(comment)}>
        ${busy ? 'Removing…' : 'Remove'}
      </button>
      <button class="tool" type="button" ?disabled=${busy} @click=${() => actions.askToRemove(key)}>Keep</button>
    `
  const pinLabel = pinned ? 'Unpin' : 'Pin'
  return html`
    ${mayReply ? tool('Reply', replyIcon, () => actions.reply(comment)) : nothing}
    ${mayPin ? tool(pinLabel, pinIcon, () => actions.pin(comment)) : nothing}
    ${mayRemove ? tool('Remove', trashIcon, () => actions.askToRemove(key)) : nothing}
  `
}

const tool = (label: string, icon: TemplateResult, run: () => void): TemplateResult => html`
  <button class="tool tool-icon" type="button" data-testid="comment-${label.toLowerCase()}" aria-label=${label} title=${label} @click=${run}>${icon}</button>
`
