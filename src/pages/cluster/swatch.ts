import { svg, type TemplateResult } from 'lit'
import { colourOf, type Shape, shapeOf } from './looks.ts'

const outlines: Record<Shape, TemplateResult> = {
  square: svg`<rect width="12" height="12" rx="2.5" />`,
  disc: svg`<circle cx="6" cy="6" r="6" />`,
  diamond: svg`<path d="M6-.5 12.5 6 6 12.5-.5 6Z" />`,
  frame: svg`<path fill-rule="evenodd" d="M0 0H12V12H0ZM3.2 3.2V8.8H8.8V3.2Z" />`,
}

/** A node's look, as its cells have it. */
export const swatch = (look: number): TemplateResult => svg`
  <svg class="swatch node-${colourOf(look)}" viewBox="-1 -1 14 14" aria-hidden="true" focusable="false">${outlines[shapeOf(look)]}</svg>`
