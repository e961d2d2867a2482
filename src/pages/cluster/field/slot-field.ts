import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Dispatch } from '../../../protocol/dispatch.ts'
import { LightElement } from '../../shared/light-element.ts'
import { type Move, ownerOf } from '../changes.ts'
import type { Spot } from '../hot-videos.ts'
import { colourCount, type Looks } from '../looks.ts'
import { brief, count, many, type NameOf } from '../words.ts'
import { cellsOf, cellsOfNodes } from './cells.ts'
import { FieldPainter, fieldSide } from './painter.ts'
import type { FieldColours } from './sprites.ts'

/** Everything that the field shows. */
export interface FieldView {
  dispatch: Dispatch
  moves: readonly Move[]
  looks: Looks
  nameOf: NameOf
  /** Nodes that stand out; null: all alike. */
  nodes: ReadonlySet<string> | null
  spots: readonly Spot[]
  /** The slot that was looked up; null: none. */
  found: number | null
}

/** All slots as a field of cells, each in the look of its node. */
export class ChorusSlotField extends LightElement {
  static override properties = { view: { attribute: false } }
  declare view: FieldView
  onPick: (url: string) => void = () => {}

  #painter: FieldPainter | null = null
  #shown: Dispatch | null = null
  #pointed: number | null = null
  #cancels: (() => void)[] = []

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#painter?.stop()
    for (const cancel of this.#cancels) cancel()
  }

  protected override render(): TemplateResult {
    const { dispatch, spots, found } = this.view
    return html`
      <div
        class="slots"
        @pointermove=${this.#onPointer}
        @pointerleave=${() => this.#point(null)}
        @click=${this.#onClick}
      >
        <canvas class="field-cells" role="img" aria-label=${this.#description()} data-testid="field"></canvas>
        <svg class="field-marks" viewBox="0 0 ${fieldSide} ${fieldSide}" aria-hidden="true">
          ${spots.map((spot) => star(spot, spots[0]?.viewers ?? 1))}
          ${found === null ? nothing : cross(found)}
        </svg>
        ${this.#pointed === null || dispatch.slots.length === 0 ? nothing : this.#tip(this.#pointed)}
      </div>
    `
  }

  protected override firstUpdated(): void {
    const canvas = this.querySelector('canvas')
    if (!canvas) return
    this.#painter = new FieldPainter(canvas)
    const dress = () => this.#dress()
    const resizes = new ResizeObserver(dress)
    resizes.observe(this)
    const changing = ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)'].map((query) =>
      matchMedia(query),
    )
    for (const query of changing) query.addEventListener('change', dress)
    this.#cancels = [
      () => resizes.disconnect(),
      ...changing.map((query) => () => query.removeEventListener('change', dress)),
    ]
  }

  protected override updated(): void {
    const { dispatch, moves, looks, nodes } = this.view
    if (dispatch !== this.#shown) {
      this.#painter?.show(cellsOf(dispatch, looks), this.#shown ? moves.map(({ slot }) => slot) : [])
      this.#shown = dispatch
    }
    this.#painter?.light(nodes && cellsOfNodes(dispatch, nodes))
    this.#placeTip()
  }

  /** Whole device pixels to a cell, or the field would shimmer. */
  #dress(): void {
    const pitch = Math.floor((this.clientWidth * devicePixelRatio) / fieldSide)
    const field = this.querySelector<HTMLElement>('.slots')
    if (!field || pitch < 1) return
    field.style.width = `${(pitch * fieldSide) / devicePixelRatio}px`
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#painter?.dress(pitch, coloursOf(field), still)
  }

  #description(): string {
    const { dispatch, nameOf } = this.view
    const shares = dispatch.nodes.filter(({ slots }) => slots > 0)
    if (shares.length > 8) return `${many(dispatch.slots.length, 'slot')} on ${many(shares.length, 'node')}`
    return `${many(dispatch.slots.length, 'slot')}: ${shares.map(({ url, slots }) => `${nameOf(url)} ${count(slots)}`).join(', ')}`
  }

  #tip(slot: number): TemplateResult {
    const { dispatch, nameOf, spots } = this.view
    const owner = ownerOf(dispatch, slot)
    const here = spots.filter((spot) => spot.slot === slot)
    return html`
      <div class="field-tip" aria-hidden="true">
        <b>Slot ${count(slot)}</b> ${owner === null ? 'no node' : nameOf(owner)}
        ${here.map(({ liveVideoId, viewers }) => html`<span>${liveVideoId} · ${brief(viewers)} watching</span>`)}
      </div>
    `
  }

  /** Through the object model: the page's security policy allows no style attribute. */
  #placeTip(): void {
    const tip = this.querySelector<HTMLElement>('.field-tip')
    if (!tip || this.#pointed === null) return
    const [column, row] = [this.#pointed % fieldSide, Math.floor(this.#pointed / fieldSide)]
    tip.style.left = `${(100 * (column + 0.5)) / fieldSide}%`
    tip.style.top = `${(100 * row) / fieldSide}%`
    tip.classList.toggle('field-tip-below', row < 8)
    tip.classList.toggle('field-tip-left', column > fieldSide / 2)
  }

  #slotAt({ clientX, clientY }: MouseEvent): number | null {
    const box = this.querySelector('canvas')?.getBoundingClientRect()
    if (!box) return null
    const column = Math.floor(((clientX - box.left) / box.width) * fieldSide)
    const row = Math.floor(((clientY - box.top) / box.height) * fieldSide)
    const inside = [column, row].every((place) => place >= 0 && place < fieldSide)
    return inside ? row * fieldSide + column : null
  }

  readonly #onPointer = (event: PointerEvent): void => this.#point(this.#slotAt(event))

  readonly #onClick = (event: MouseEvent): void => {
    const slot = this.#slotAt(event)
    const owner = slot === null ? null : ownerOf(this.view.dispatch, slot)
    if (owner !== null) this.onPick(owner)
  }

  #point(slot: number | null): void {
    if (slot === this.#pointed) return
    this.#pointed = slot
    this.requestUpdate()
  }
}

const centreOf = (slot: number): [number, number] => [
  (slot % fieldSide) + 0.44,
  Math.floor(slot / fieldSide) + 0.44,
]

/** A large live video: the more watch it, the larger. */
function star({ slot, viewers }: Spot, most: number): TemplateResult {
  const [x, y] = centreOf(slot)
  const radius = 0.26 + 0.5 * Math.sqrt(viewers / Math.max(1, most))
  return svg`<circle class="star" cx=${x} cy=${y} r=${radius.toFixed(2)} />`
}

function cross(slot: number): TemplateResult {
  const [x, y] = centreOf(slot)
  return svg`
    <path class="cross-line" d="M0 ${y}H${x - 1.6}M${x + 1.6} ${y}H${fieldSide}M${x} 0V${y - 1.6}M${x} ${y + 1.6}V${fieldSide}" />
    <circle class="cross" cx=${x} cy=${y} r="1.6" />`
}

function coloursOf(element: Element): FieldColours {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return {
    nodes: Array.from({ length: colourCount }, (_, index) => read(`--node-${index}`)),
    waiting: read('--waiting'),
    flash: read('--flash'),
  }
}
