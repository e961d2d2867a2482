import { html, type TemplateResult } from 'lit'
import type { Dispatch } from '../../protocol/dispatch.ts'
import type { Looks } from './looks.ts'
import { swatch } from './swatch.ts'
import { brief, count, many, type NameOf } from './words.ts'

const shownMax = 8
const nodesShownMax = 6

/** The live videos that are too large for one node. */
export function spreadPanel(
  { spread, nodes }: Dispatch,
  looks: Looks,
  nameOf: NameOf,
  find: (liveVideoId: string) => void,
): TemplateResult {
  if (spread.length === 0)
    return html`<p class="hint">${nodes.length > 1 ? 'None: every live video fits its node.' : 'None: there is one node.'}</p>`
  const largest = spread.toSorted((a, b) => b.viewers - a.viewers)
  return html`
    <ul class="spread">
      ${largest.slice(0, shownMax).map(
        ({ liveVideoId, nodes, viewers }) => html`
          <li data-testid="spread" data-id=${liveVideoId}>
            <button class="video" type="button" aria-label="${liveVideoId}: show its nodes" @click=${() => find(liveVideoId)}>
              <bdi>${liveVideoId}</bdi>
            </button>
            <span class="spread-viewers">${viewers > 0 ? html`${brief(viewers)} watching on ` : 'on '}${many(nodes.length, 'node')}</span>
            <span class="spread-nodes">
              ${nodes.slice(0, nodesShownMax).map((url) => html`<span>${swatch(looks.of(url))}${nameOf(url)}</span>`)}
              ${nodes.length > nodesShownMax ? html`<span>+${count(nodes.length - nodesShownMax)}</span>` : ''}
            </span>
          </li>
        `,
      )}
    </ul>
    ${spread.length > shownMax ? html`<p class="hint">and ${count(spread.length - shownMax)} more</p>` : ''}
  `
}
