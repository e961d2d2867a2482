import { html, type TemplateResult } from 'lit'
import type { TokenContent } from '../../sdk/index.ts'

/** Asks before a link makes a person somebody else: any site can make such a link. */
export const identityOffer = (
  offered: TokenContent,
  current: string,
  answer: (take: boolean) => void,
): TemplateResult => html`
  <div class="name-form" role="alertdialog" aria-labelledby="identity-offer" data-testid="identity-offer">
    <p class="name-label" id="identity-offer">
      The link you followed is for <bdi>${offered.author.name}</bdi>. You are here as <bdi>${current}</bdi>.
    </p>
    <div class="name-fields">
      <button class="button" type="button" data-testid="offer-decline" @click=${() => answer(false)}>
        Stay <bdi>${current}</bdi>
      </button>
      <button class="link-button" type="button" data-testid="offer-take" @click=${() => answer(true)}>
        Become <bdi>${offered.author.name}</bdi>
      </button>
    </div>
  </div>
`
