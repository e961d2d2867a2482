import { html, type TemplateResult } from 'lit'
import { closeIcon } from '../shared/icons.ts'
import { nameCharactersMax } from './identity.ts'

export interface NameFormModel {
  /** What stands in the field when it opens. */
  name: string
  /** The person has a name and may keep it. */
  editing: boolean
  busy: boolean
  problem: string | null
}

interface NameFormActions {
  save(name: string): void
  cancel(): void
}

/** Asks a guest for the name to comment under. */
export function nameForm(
  { name, editing, busy, problem }: NameFormModel,
  actions: NameFormActions,
): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    actions.save(String(new FormData(form).get('name') ?? '').trim())
  }
  const onKeydown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') actions.cancel()
  }
  return html`
    <form class="name-form" @submit=${submit} @keydown=${onKeydown}>
      <label class="name-label" for="guest-name">${editing ? 'Your name' : 'What should we call you?'}</label>
      <button class="tool tool-icon name-cancel" type="button" aria-label="Not now" @click=${() => actions.cancel()}>
        ${closeIcon}
      </button>
      <div class="name-fields">
        <input
          id="guest-name"
          class="field name-input"
          name="name"
          data-testid="name-input"
          .value=${name}
          required
          maxlength=${nameCharactersMax}
          autocomplete="nickname"
          autocapitalize="words"
          spellcheck="false"
          dir="auto"
          placeholder="Your name"
          aria-describedby="guest-name-hint"
        />
        <button class="button" type="submit" data-testid="name-save" ?disabled=${busy}>
          ${editing ? 'Save' : 'Continue'}
        </button>
      </div>
      <p class="name-hint" id="guest-name-hint">
        ${problem ? html`<span class="name-problem" role="alert">${problem}</span>` : 'Shown beside your comments, and remembered on this device.'}
      </p>
    </form>
  `
}
