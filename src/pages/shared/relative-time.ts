const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long ago, in as few letters as it takes. A clock that is a little off never shows the future. */
export function relativeTime(at: number, now: number): string {
  const agoMs = now - at
  if (agoMs < minuteMs) return 'now'
  if (agoMs < hourMs) return `${Math.floor(agoMs / minuteMs)} min`
  if (agoMs < dayMs) return `${Math.floor(agoMs / hourMs)} h`
  return dateFormat.format(at)
}

const dateFormat = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })
const fullFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export const fullTime = (at: number): string => fullFormat.format(at)
