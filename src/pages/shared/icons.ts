import { svg, type TemplateResult } from 'lit'

const icon = (paths: TemplateResult): TemplateResult => svg`
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false" fill="none" stroke="currentColor"
    stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${paths}</svg>`

/** The mark: voices side by side, one of them lit. */
export const mark = svg`
  <svg class="mark" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
    <rect x="2" y="10" width="4" height="9" rx="2" fill="currentColor" />
    <rect class="mark-lit" x="8.6" y="3" width="4" height="22" rx="2" />
    <rect x="15.2" y="7" width="4" height="14" rx="2" fill="currentColor" />
    <rect x="21.8" y="11" width="4" height="7" rx="2" fill="currentColor" />
  </svg>`

export const sendIcon = icon(svg`<path d="M10 16V4.5M5 9.2 10 4.2l5 5" />`)
export const downIcon = icon(svg`<path d="M10 4v11.5M5 10.8l5 5 5-5" />`)
export const closeIcon = icon(svg`<path d="m5.5 5.5 9 9m0-9-9 9" />`)
export const replyIcon = icon(svg`<path d="M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5V16" />`)
export const trashIcon = icon(svg`<path d="M4 6h12M8 6V4.2h4V6M5.6 6l.7 10h7.4l.7-10M8.6 9v4m2.8-4v4" />`)
export const pinIcon = icon(svg`<path d="M7.2 3.5h5.6l-.7 5 2.9 3v1.2H5v-1.2l2.9-3zM10 12.7V17" />`)
export const unpinIcon = icon(
  svg`<path d="M7.2 3.5h5.6l-.7 5 2.9 3v1.2H5v-1.2l2.9-3zM10 12.7V17M3.5 3.5l13 13" />`,
)
export const shieldIcon = icon(
  svg`<path d="M10 3 4.5 5v4.2c0 3.6 2.3 6.3 5.5 7.8 3.2-1.5 5.5-4.2 5.5-7.8V5z" />`,
)
export const starIcon = icon(
  svg`<path d="m10 3.4 2 4.3 4.6.6-3.4 3.2.9 4.7-4.1-2.3-4.1 2.3.9-4.7-3.4-3.2 4.6-.6z" />`,
)
export const eyeIcon = icon(
  svg`<path d="M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z" /><circle cx="10" cy="10" r="2.1" />`,
)
export const searchIcon = icon(svg`<circle cx="9" cy="9" r="5.2" /><path d="m13 13 3.6 3.6" />`)
export const clockIcon = icon(svg`<circle cx="10" cy="10" r="6.6" /><path d="M10 6.5V10l2.4 1.6" />`)
export const alertIcon = icon(svg`<circle cx="10" cy="10" r="6.8" /><path d="M10 6.6v4M10 13.3v.1" />`)
export const lockIcon = icon(
  svg`<rect x="4.8" y="9" width="10.4" height="7.4" rx="1.8" /><path d="M7 9V6.8a3 3 0 0 1 6 0V9" />`,
)
export const personIcon = icon(
  svg`<circle cx="10" cy="7" r="3.1" /><path d="M4 16.6c.7-3 3-4.6 6-4.6s5.3 1.6 6 4.6" />`,
)
