import { svg, type TemplateResult } from 'lit'
import { outlineOf, type Sample } from './samples.ts'

const width = 120
const height = 32

/** Two minutes of viewers. All that share a scale can be compared. */
export function sparkline(samples: readonly Sample[], now: number, most: number): TemplateResult {
  const { line, area } = outlineOf(samples, now, most * 1.08, width, height)
  return svg`
    <svg class="sparkline" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path class="sparkline-area" d=${area} />
      <path class="sparkline-line" d=${line} vector-effect="non-scaling-stroke" />
    </svg>`
}
