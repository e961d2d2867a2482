import { html, nothing, type TemplateResult } from 'lit'
import { starIcon } from '../shared/icons.ts'
import { isGone, isRealtime, type KnownNode } from './known-nodes.ts'
import { count, type NameOf } from './words.ts'

const shownPerRole = 8

/** The nodes that hold no streams: comments, dispatcher, gateway. */
export function otherNodes(
  nodes: readonly KnownNode[],
  leader: string | null,
  nameOf: NameOf,
): TemplateResult | typeof nothing {
  const others = nodes.filter((known) => !isRealtime(known))
  if (others.length === 0) return nothing
  const weight = (known: KnownNode) => Number(isGone(known)) * 2 + Number(known.node.url === leader)
  const byRoles = Map.groupBy(others, ({ node }) => node.roles.join(', '))
  return html`
    <dl class="others">
      ${[...byRoles].toSorted().map(([roles, members]) => {
        const shown = members.toSorted((a, b) => weight(b) - weight(a)).slice(0, shownPerRole)
        return html`
          <div>
            <dt>${roles}</dt>
            <dd>
              ${shown.map((known) => otherNode(known, nameOf(known.node.url), known.node.url === leader))}
              ${members.length > shown.length ? html`<span>and ${count(members.length - shown.length)} more</span>` : nothing}
            </dd>
          </div>
        `
      })}
    </dl>
  `
}

const otherNode = (known: KnownNode, name: string, leads: boolean): TemplateResult => html`
  <span
    class="other ${isGone(known) ? 'other-gone' : ''}"
    title=${known.node.url}
    data-testid="other"
    data-url=${known.node.url}
  >
    ${name}${leads ? html`<span class="leads">${starIcon}<span>leads</span></span>` : nothing}${isGone(known) ? ' gone' : ''}
  </span>
`
