import { LitElement } from 'lit'

/** An element whose content stands in the page itself: one style sheet reaches it, and so does whoever looks for it. */
export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
