import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Entry } from './history.ts'
import { type NameOf, toneOf, wordsOf } from './words.ts'

const timeFormat = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** What changed, newest first. A screen reader is told each new line, and no line twice. */
export const logPanel = (log: readonly Entry[], nameOf: NameOf): TemplateResult => html`
  <ol class="log" role="log" aria-label="What changed" aria-relevant="additions" tabindex="0" data-testid="log">
    ${repeat(
      log,
      ({ id }) => id,
      ({ at, happening }) => html`
        <li class="entry entry-${toneOf(happening)}" data-kind=${happening.kind}>
          <time datetime=${new Date(at).toISOString()}>${timeFormat.format(at)}</time>
          <p>${wordsOf(happening, nameOf)}</p>
        </li>
      `,
    )}
  </ol>
`
