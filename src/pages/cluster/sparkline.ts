import { svg, type TemplateResult } from 'lit'
import { outlineOf, type Sample, type Scale } from './samples.ts'

const width = 120
const height = 32

/** How many watched, up to two minutes back. */
export function sparkline(samples: readonly Sample[], scale: Scale): TemplateResult {
  const { line, area } = outlineOf(samples, { ...scale, most: scale.most * 1.08 }, width, height)
  return svg`
    <svg class="sparkline" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path class="sparkline-area" d=${area} />
      <path class="sparkline-line" d=${line} vector-effect="non-scaling-stroke" />
    </svg>`
}
