import { html, nothing, type TemplateResult } from 'lit'
import type { Comment, Failure, LiveComments } from '../../sdk/index.ts'
import { FrameController } from '../shared/frame-controller.ts'
import { sendIcon } from '../shared/icons.ts'
import { LightElement } from '../shared/light-element.ts'
import { fitHeight, me, noticeLine, replyLine } from './composer-parts.ts'
import type { Identity } from './identity.ts'
import { identityOffer } from './identity-offer.ts'
import { nameForm } from './name-form.ts'
import { type Notice, noticeOf } from './notice.ts'
import { charactersLeft } from './text-length.ts'

const failureShownMs = 8_000

/** Where one writes: asks a guest for a name first, says what stands in the way, sends. */
export class ChorusComposer extends LightElement {
  live!: LiveComments
  identity!: Identity
  /** After a comment of one's own: the list shows it. */
  onPosted: () => void = () => {}

  #text = ''
  #replyTo: Comment | null = null
  #naming: { andSend: boolean; busy: boolean; problem: string | null } | null = null
  #failure: { failure: Failure; until: number } | null = null
  #lastSentAt: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor() {
    super()
    new FrameController(this, () => [this.live, this.identity])
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  /** What is written answers this comment; null: none. */
  reply(comment: Comment | null): void {
    this.#replyTo = comment
    this.requestUpdate()
    this.#textarea?.focus()
  }

  showFailure(failure: Failure): void {
    this.#failure = { failure, until: performance.now() + failureShownMs }
    this.requestUpdate()
  }

  get #textarea(): HTMLTextAreaElement | null {
    return this.querySelector('textarea')
  }

  protected override render(): TemplateResult {
    const now = performance.now()
    const notice = this.#notice(now)
    this.#tickWhile(notice !== null && notice.until !== null, now)
    return html`
      <div class="composer">
        ${this.#identityOffer()} ${notice ? noticeLine(notice, now) : nothing} ${this.#naming ? this.#nameForm() : nothing}
        ${this.#replyTo ? replyLine(this.#replyTo, () => this.reply(null)) : nothing} ${this.#form(notice)}
      </div>
    `
  }

  protected override updated(): void {
    const textarea = this.#textarea
    if (!textarea) return
    if (textarea.value !== this.#text) textarea.value = this.#text
    fitHeight(textarea)
  }

  #notice(now: number): Notice | null {
    const failure = this.#failure && this.#failure.until > now ? this.#failure.failure : null
    const { live, identity } = this
    return noticeOf({
      state: live.state,
      identity: identity.state,
      lastSentAt: this.#lastSentAt,
      failure,
      now,
    })
  }

  #form(notice: Notice | null): TemplateResult {
    const shut = notice?.kind === 'closed' || notice?.kind === 'signIn'
    const left = charactersLeft(this.#text)
    const ready = this.#text.trim() !== '' && !notice?.blocks && (left ?? 0) >= 0
    const onSubmit = (event: SubmitEvent) => {
      event.preventDefault()
      void this.#send()
    }
    return html`
      <form class="composer-form" @submit=${onSubmit}>
        ${me(this.identity.state, this.#onMe)}
        <div class="composer-box">
          <textarea
            class="field composer-text"
            data-testid="composer-text"
            rows="1"
            dir="auto"
            aria-label="Your comment"
            aria-describedby="characters-left"
            placeholder=${shut ? 'Commenting is off' : 'Say something…'}
            enterkeyhint="send"
            ?disabled=${shut}
            @input=${this.#onInput}
            @keydown=${this.#onKeydown}
          ></textarea>
          <span class=${left !== null && left < 0 ? 'counter counter-over' : 'counter'} id="characters-left" ?hidden=${left === null}
            >${left !== null && left < 0 ? `${-left} too many` : left}</span
          >
        </div>
        <button class="send" type="submit" data-testid="composer-send" aria-label="Send" ?disabled=${!ready}>
          ${sendIcon}
        </button>
      </form>
    `
  }

  #identityOffer(): TemplateResult | typeof nothing {
    const { offer, state } = this.identity
    if (offer === null || state.kind !== 'signedIn') return nothing
    return identityOffer(offer, state.content.author.name, (take) => this.identity.answerOffer(take))
  }

  #nameForm(): TemplateResult | typeof nothing {
    const { state } = this.identity
    if (!this.#naming || state.kind === 'signInNeeded') return nothing
    const name = state.kind === 'signedIn' ? state.content.author.name : (state.name ?? '')
    const { busy, problem } = this.#naming
    return nameForm(
      { name, editing: state.kind === 'signedIn', busy, problem },
      { save: (given) => void this.#saveName(given), cancel: () => this.#closeNameForm() },
    )
  }

  async #send(): Promise<void> {
    if (
      this.#text.trim() === '' ||
      this.#notice(performance.now())?.blocks ||
      (charactersLeft(this.#text) ?? 0) < 0
    )
      return
    const { state } = this.identity
    if (state.kind === 'guest' && state.name === null) return this.#openNameForm(true)
    const text = this.#text
    const answer = await this.live.post(text, this.#replyTo ? { replyTo: this.#replyTo.id } : {})
    if (!answer.ok) return this.showFailure(this.#explained(answer.failure))
    this.#lastSentAt = performance.now()
    this.#failure = null
    this.#replyTo = null
    // What was typed while the token was on its way stays.
    if (this.#text === text) this.#text = ''
    this.requestUpdate()
    this.onPosted()
  }

  /** A guest without a token has asked for one just now, in vain. */
  #explained(failure: Failure): Failure {
    if (failure.code !== 'unauthenticated' || this.identity.state.kind === 'signInNeeded') return failure
    return { ...failure, message: 'The server could not be reached. Your comment is still here.' }
  }

  async #openNameForm(andSend: boolean): Promise<void> {
    this.#naming = { andSend, busy: false, problem: null }
    this.requestUpdate()
    await this.updateComplete
    this.querySelector<HTMLInputElement>('.name-input')?.select()
  }

  #closeNameForm(): void {
    this.#naming = null
    this.requestUpdate()
    this.#textarea?.focus()
  }

  async #saveName(name: string): Promise<void> {
    const naming = this.#naming
    if (!naming || naming.busy || name === '') return
    this.#naming = { ...naming, busy: true }
    this.requestUpdate()
    const failure = await this.identity.rename(name)
    if (failure && this.identity.state.kind !== 'signInNeeded') {
      this.#naming = { ...naming, busy: false, problem: failure.message }
      return this.requestUpdate()
    }
    this.#closeNameForm()
    if (!failure && naming.andSend) await this.#send()
  }

  #onMe = (): void => {
    if (this.#naming) this.#closeNameForm()
    else void this.#openNameForm(false)
  }

  #onInput = (event: InputEvent): void => {
    this.#text = (event.currentTarget as HTMLTextAreaElement).value
    this.requestUpdate()
  }

  #onKeydown = (event: KeyboardEvent): void => {
    // While a word is being composed, Enter belongs to the input method; 229 is how some browsers say so.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    void this.#send()
  }

  /** Once a second while there is something to count down, and once more when a failure has been shown long enough. */
  #tickWhile(counting: boolean, now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const failureMs = this.#failure && this.#failure.until > now ? this.#failure.until - now : null
    const delayMs = counting ? 250 : failureMs
    if (delayMs !== null) this.#timer = setTimeout(() => this.requestUpdate(), delayMs)
  }
}
