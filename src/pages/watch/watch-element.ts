import { html, nothing, type TemplateResult } from 'lit'
import type { Comment, Failure, LiveComments } from '../../sdk/index.ts'
import { FrameController } from '../shared/frame-controller.ts'
import { eyeIcon, mark } from '../shared/icons.ts'
import { LightElement } from '../shared/light-element.ts'
import type { ChorusLog } from './comment-log.ts'
import type { ChorusComposer } from './composer.ts'
import { backLeftMs, connectionBadge, connectionBar } from './connection-line.ts'
import type { Identity } from './identity.ts'
import { pinnedCard } from './pinned-card.ts'

/** The whole page: the live video, and its comments beside or below it. */
export class ChorusWatch extends LightElement {
  live!: LiveComments
  identity!: Identity
  videoUrl: string | null = null

  /** The pinned comment that is shown whole. */
  #wholePinnedId: string | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor() {
    super()
    new FrameController(this, () => [this.live, this.identity])
  }

  protected override render(): TemplateResult {
    return html`
      <main class="watch">
        <section class="stage" aria-label="Live video">
          <chorus-stage .live=${this.live} .videoUrl=${this.videoUrl}></chorus-stage>
          ${this.#caption()}
        </section>
        <section class="panel" aria-label="Comments">${this.#panel()}</section>
      </main>
    `
  }

  #caption(): TemplateResult {
    const { connection, facts } = this.live.state
    const { viewers } = facts
    return html`
      <p class="brand">${mark}Chorus</p>
      <div class="caption">
        <p class="caption-facts">
          ${connection.status === 'ended' ? nothing : html`<span class="live-badge">Live</span>`}
          ${
            viewers === null
              ? nothing
              : html`<span class="viewers" data-testid="viewers">${eyeIcon}${viewersText(viewers)}</span>`
          }
        </p>
        <h1 class="title"><bdi>${this.live.liveVideoId}</bdi></h1>
      </div>
    `
  }

  #panel(): TemplateResult {
    const { connection, facts } = this.live.state
    const now = performance.now()
    this.#drawAgainIn(backLeftMs(connection, now))
    return html`
      <header class="panel-head">
        <h2>Comments</h2>
        ${connectionBadge(connection)}
      </header>
      <div class="bars" role="status">${connectionBar(connection, now)}</div>
      ${facts.pinned.kind === 'known' ? this.#pinned(facts.pinned.comment) : nothing}
      <chorus-log
        .live=${this.live}
        .identity=${this.identity}
        .onReply=${(comment: Comment) => this.#composer?.reply(comment)}
        .onFailure=${(failure: Failure) => this.#composer?.showFailure(failure)}
      ></chorus-log>
      <chorus-composer
        .live=${this.live}
        .identity=${this.identity}
        .onPosted=${() => this.querySelector<ChorusLog>('chorus-log')?.follow()}
      ></chorus-composer>
    `
  }

  #pinned(comment: Comment): TemplateResult {
    const unpin = async () => {
      const failure = await this.live.change({ pinnedCommentId: null })
      if (failure) this.#composer?.showFailure(failure)
    }
    const toggle = () => {
      this.#wholePinnedId = this.#wholePinnedId === comment.id ? null : comment.id
      this.requestUpdate()
    }
    const mayUnpin = this.identity.role !== 'viewer'
    return pinnedCard(comment, this.#wholePinnedId === comment.id, {
      toggle,
      unpin: mayUnpin ? () => void unpin() : null,
    })
  }

  get #composer(): ChorusComposer | null {
    return this.querySelector<ChorusComposer>('chorus-composer')
  }

  #drawAgainIn(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = delayMs > 0 ? setTimeout(() => this.requestUpdate(), delayMs) : null
  }
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

const viewersText = (viewers: number): string =>
  `${viewers < 10_000 ? viewers.toLocaleString('en') : compact.format(viewers)} watching`
