import { html, nothing, type TemplateResult } from 'lit'
import type { Comment } from '../../sdk/index.ts'
import { pinIcon, unpinIcon } from '../shared/icons.ts'
import { badge } from './comment-row.ts'

/** More than fits two lines of a phone. */
const longCharacters = 96

interface PinnedActions {
  toggle(): void
  /** null: not for this person. */
  unpin: (() => void) | null
}

/** The pinned comment: two lines of it, or all. */
export const pinnedCard = (
  comment: Comment,
  whole: boolean,
  { toggle, unpin }: PinnedActions,
): TemplateResult => html`
  <aside class="pinned" data-testid="pinned" data-comment-id=${comment.id} aria-label="Pinned comment">
    ${pinIcon}
    <div class="pinned-body">
      <p class="byline"><bdi class="author">${comment.author.name}</bdi>${badge(comment.author)}</p>
      <p class=${whole ? 'text pinned-whole' : 'text pinned-brief'} dir="auto" tabindex=${whole ? 0 : nothing}>${comment.text}</p>
      ${
        comment.text.length > longCharacters || comment.text.includes('\n')
          ? html`<button class="link-button" type="button" aria-expanded=${whole} @click=${toggle}>
              ${whole ? 'Show less' : 'Show more'}
            </button>`
          : nothing
      }
    </div>
    ${
      unpin
        ? html`<button class="tool tool-icon" type="button" aria-label="Unpin" title="Unpin" @click=${unpin}>${unpinIcon}</button>`
        : nothing
    }
  </aside>
`
