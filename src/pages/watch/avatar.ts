import { html, type TemplateResult } from 'lit'
import type { Author } from '../../sdk/index.ts'
import { hueOf, initialsOf } from '../shared/person.ts'

/** An author's picture, or their initials on a colour of their own. The name stands beside it, so it says nothing. */
export const avatar = ({ id, name, avatarUrl }: Author): TemplateResult => html`
  <span class="avatar hue-${hueOf(id)}" aria-hidden="true">
    ${initialsOf(name)}
    ${
      avatarUrl
        ? html`<img src=${avatarUrl} alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" @error=${hide} />`
        : null
    }
  </span>
`

function hide(event: Event): void {
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.hidden = true
}
