import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import { type Comment, entriesOf, type Failure, type ListEntry, type LiveComments } from '../../sdk/index.ts'
import { FrameController } from '../shared/frame-controller.ts'
import { LightElement } from '../shared/light-element.ts'
import { Announcer } from './announcer.ts'
import { row } from './comment-row.ts'
import type { Identity } from './identity.ts'
import { beginning, emptyParts, newPill, sampleLine } from './log-parts.ts'
import { RowInteractions } from './row-interactions.ts'
import { modelsOf, type RowModel } from './row-models.ts'
import { earlier, later, type RowWindow, read, rowsOf } from './row-window.ts'
import { ScrollKeeper } from './scroll-keeper.ts'

/** How often "2 min" is looked at anew. */
const tickMs = 20_000
/** How near an end of the rows more of them are wanted, in CSS pixels. */
const nearPx = 240

/** The comments as they come. Follows the newest until the reader scrolls up. */
export class ChorusLog extends LightElement {
  live!: LiveComments
  identity!: Identity
  onReply: (comment: Comment) => void = () => {}
  onFailure: (failure: Failure) => void = () => {}

  #window: RowWindow = { kind: 'following' }
  /** The newest sequence number when the reader stopped following. */
  #leftAtSeq = 0
  /** There is more than fits: only then it matters what came before. */
  #scrollable = false
  #keeper: ScrollKeeper | null = null
  #timer: ReturnType<typeof setInterval> | null = null
  readonly #interactions = new RowInteractions(this)
  readonly #announcer = new Announcer()

  constructor() {
    super()
    new FrameController(this, () => [this.live, this.identity])
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#timer = setInterval(() => this.requestUpdate(), tickMs)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#keeper?.disconnect()
  }

  /** Shows the newest and follows them again. */
  follow(): void {
    this.#window = { kind: 'following' }
    this.live.hold(false)
    this.requestUpdate()
  }

  /** What is shown stays where it is, whatever arrives. */
  stopFollowing(): void {
    if (this.#window.kind === 'reading') return
    const entries = entriesOf(this.live.state.list)
    const last = entries.findLast((entry) => entry.kind === 'comment')
    this.#leftAtSeq = last?.kind === 'comment' ? last.comment.seq : 0
    this.#window = read(entries, this.#window)
    this.live.hold(true)
  }

  protected override willUpdate(): void {
    if (this.#window.kind === 'reading') this.#keeper?.remember()
  }

  protected override render(): TemplateResult {
    const { list, connection } = this.live.state
    const entries = entriesOf(list)
    const { start, rows, below } = rowsOf(entries, this.#window)
    const models = modelsOf(rows, entries[start - 1] ?? null, this.#context())
    this.#announcer.see(list.entries, connection.status === 'live')
    return html`
      <div
        class="log"
        data-testid="comments"
        role="log"
        aria-label="Comments"
        aria-live=${this.#announcer.silent ? 'off' : 'polite'}
        tabindex="0"
        @scroll=${this.#onScroll}
        @wheel=${{ handleEvent: this.#onWheel, passive: true }}
      >
        ${start === 0 && this.#scrollable ? this.#beginning() : nothing}
        ${rows.length === 0 ? emptyParts[connection.status] : nothing}
        ${repeat(
          models,
          ({ entry }) => entry.key,
          (model) => this.#row(model),
        )}
        ${below === 0 ? sampleLine(list.sample, performance.now()) : nothing}
      </div>
      ${this.#window.kind === 'reading' ? newPill(this.#unseen(entries), () => this.follow()) : nothing}
      <p class="visually-hidden" role="status">${this.#announcer.summary}</p>
    `
  }

  protected override updated(): void {
    const log = this.querySelector<HTMLElement>('.log')
    if (!log) return
    this.#keeper ??= new ScrollKeeper(log, () => this.#window.kind === 'following')
    if (this.#window.kind === 'following') this.#keeper.toEnd()
    else this.#keeper.restore()
    if (this.#scrollable === this.#keeper.scrollable) return
    this.#scrollable = !this.#scrollable
    this.requestUpdate()
  }

  #row(model: RowModel): TemplateResult {
    const { entry } = model
    const content = guard(Object.values(model), () => row(model, this.#interactions.actions))
    if (entry.kind === 'gap') return html`<div class="row row-gap" data-key=${entry.key}>${content}</div>`
    const { grouped, own, confirming } = model
    const selected = this.#interactions.selected === entry.key
    const marks = [
      grouped && 'row-grouped',
      own && 'row-own',
      confirming && 'row-asking',
      selected && 'row-selected',
    ]
    return html`
      <article
        class="row ${marks.filter(Boolean).join(' ')}"
        data-testid="comment"
        data-key=${entry.key}
        data-state=${entry.kind === 'draft' ? entry.status.kind : 'confirmed'}
        data-comment-id=${entry.kind === 'comment' ? entry.comment.id : nothing}
        @click=${(event: Event) => this.#interactions.select(entry.key, event)}
      >
        ${content}
      </article>
    `
  }

  #context() {
    const { facts, list } = this.live.state
    const { expanded, confirming, busy } = this.#interactions
    return {
      identity: this.identity.state,
      pinned: facts.pinned,
      closed: facts.settings?.closed ?? false,
      entries: list.entries,
      expanded,
      confirming,
      busy,
      now: Date.now(),
    }
  }

  #beginning(): TemplateResult {
    const { list, older } = this.live.state
    return beginning(list.reachedStart, older, () => void this.#loadOlder())
  }

  #unseen(entries: readonly ListEntry[]): number {
    return entries.filter((entry) => entry.kind === 'comment' && entry.comment.seq > this.#leftAtSeq).length
  }

  readonly #onScroll = (): void => {
    const keeper = this.#keeper
    if (!keeper) return
    const entries = entriesOf(this.live.state.list)
    const { below, start } = rowsOf(entries, this.#window)
    if (keeper.atEnd && below === 0) {
      if (this.#window.kind === 'reading') this.follow()
      return
    }
    this.stopFollowing()
    if (keeper.fromTop < nearPx) this.#showEarlier(entries, start)
    else if (keeper.fromEnd < nearPx && below > 0) this.#window = later(entries, this.#window)
    this.requestUpdate()
  }

  /** The wheel is heard before the scroll: at a hundred comments a second the end would win otherwise. */
  readonly #onWheel = (event: WheelEvent): void => {
    if (event.deltaY < 0 && this.#keeper?.scrollable) this.stopFollowing()
  }

  #showEarlier(entries: readonly ListEntry[], start: number): void {
    this.#window = earlier(entries, this.#window)
    if (start === 0 && this.live.state.older === 'idle') void this.#loadOlder()
  }

  /** What was just loaded comes before the first row: the window moves there with it. */
  async #loadOlder(): Promise<void> {
    this.stopFollowing()
    await this.live.loadOlder()
    if (this.#window.kind === 'reading') this.#window = earlier(entriesOf(this.live.state.list), this.#window)
    this.requestUpdate()
  }
}
